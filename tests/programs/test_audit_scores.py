"""Predictions that are there already, measured by hand as the program says."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import audit_scores
from truthserum.audit.options import Audit
from truthserum.audit.tossed import Tossed
from truthserum.options import checked

PREDICTIONS = Path(__file__).parents[2] / "examples" / "audit" / "predictions.csv"


@pytest.fixture
def measure(call, tmp_path):
    """measure(settings): claims.json of these."""

    def made(settings):
        run = call.spawn("audit_scores", settings, output=tmp_path)
        assert (run.returncode, run.stderr) == (0, "")
        return json.loads((tmp_path / "claims.json").read_text("utf-8"))

    return made


def test_what_the_program_says_of_its_call_is_one(measure):
    settings = json.loads(re.search(r"--settings '(.*)' --output", audit_scores.__doc__, re.S)[1])
    scores = {"file": str(PREDICTIONS), "label": "income", "member": "in_train"}
    assert scores.keys() == settings["audit"]["scores"].keys()
    settings["audit"] = {"scores": scores, "draws": 20}
    assert re.fullmatch("[0-9a-f]{16}", measure(settings)["provenance"]["code"]["audit"])


def test_of_coins_both_files_were_read_and_whose_rows_are_together_is_known(measure, tmp_path):
    rng = np.random.default_rng(0)
    rows, answers = tmp_path / "rows.csv", tmp_path / "answers.csv"
    table = pd.DataFrame({"who": np.arange(300) // 2, "x": rng.normal(size=300)})
    table.assign(label=list("ab") * 150).to_csv(rows, index=False)
    written = {"data": {"file": str(rows), "subject": "who"}, "scores": {"file": str(answers)}}
    written |= {"membership": "coins", "draws": 20}
    member = Tossed.of(checked(Audit, written, "dear")).member[0]
    signal = rng.normal(size=300) + member
    pd.DataFrame({"member": member, "signal": signal}).to_csv(answers, index=False)
    claims = measure({"name": "dear", "audit": written})
    assert {one["path"]: one["rows"] for one in claims["audit"]["inputs"]} == {
        str(answers): 300,
        str(rows): 300,
    }
    assert claims["records"]["asked"] == 150  # the first of each two
    (epsilon,) = (one for one in claims["claims"] if one["id"] == "epsilon_lower")
    assert not epsilon["resolved"] and "each record by itself" in epsilon["reason"]
    assert "several_records" not in {one["id"] for one in claims["not_tested"]}
