"""What the measuring programs write."""

import json

import pandas as pd
import pytest

from audit_result import write
from truthserum.audit.document import Measured, Result
from truthserum.audit.result import Subject

ABOUT = Subject("loans", "recipe", declared={"seed": 3})


def of(records):
    """What was measured, which is nothing but this table."""
    return Measured((), (), (), (), (), {"records": records})


def test_texts_that_a_spreadsheet_would_compute_are_inert(tmp_path):
    records = pd.DataFrame({"class": ["=1+1", "a"], "named": [True, False], "p": [-1.0, 0.5]})
    result = Result(ABOUT, of(records), {}, {}, "numpy", {})
    write(result, {"audit": {}, "code": "c"}, tmp_path)
    lines = (tmp_path / "records.csv").read_text("utf-8").splitlines()
    assert lines == ["class,named,p", "'=1+1,True,-1.0", "a,False,0.5"]
    told = json.loads((tmp_path / "claims.json").read_text("utf-8"))
    assert (told["records"]["asked"], told["records"]["named"]) == (2, 1)


@pytest.mark.parametrize("libraries", [{}, {"numpy": "1.26.4"}], ids=["unknown", "known"])
def test_libraries_stand_where_they_are_known(tmp_path, libraries):
    result = Result(ABOUT, of(pd.DataFrame({"named": [True]})), {}, {}, "Python", libraries)
    write(result, {"audit": {}, "code": "c"}, tmp_path)
    provenance = json.loads((tmp_path / "claims.json").read_text("utf-8"))["provenance"]
    assert provenance.get("libraries") == (libraries or None)
