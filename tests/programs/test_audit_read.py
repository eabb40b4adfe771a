"""What is refused of a user's data before anything is trained."""

import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples" / "audit"
DATA = {"file": str(EXAMPLES / "adult.csv"), "label": "income"}
COLUMNS = {
    "groups": ({"groups": ["sexe"]}, 'data.groups: found no column "sexe" (did you mean "sex"'),
    "poison": ({"poison": 51}, "poison: found 51, allowed are at most 50 copies of a target, 5 %"),
    "protected": ({"protect": "age"}, 'protect: found 66 different values of "age", allowed are 2'),
}


@pytest.fixture
def refused(call, tmp_path):
    """refused(columns): the one-line error, or None."""
    settings = {"name": "mine", "audit": {"function": "mine:train", "data": DATA}}

    def read(columns):
        options = {"columns": json.dumps(columns), "output": tmp_path / "records.npz"}
        return call("audit_read", (settings, options))

    return read


def test_predictions_of_a_released_model_are_refused_here(refused, tmp_path):
    path = tmp_path / "released.csv"
    path.write_text("record,member,p_<=50K\n0,1,0.5\n1,0,0.5\n")
    sentence = 'released: found no column "p_>50K" (did you mean "p_<=50K"?), allowed are'
    assert sentence in refused({"released": str(path)})


@pytest.mark.parametrize("columns, sentence", COLUMNS.values(), ids=COLUMNS)
def test_columns_that_decide_nothing_here_are_refused_here(refused, tmp_path, columns, sentence):
    assert sentence in refused(columns)
    assert not (tmp_path / "records.npz").exists()


def test_columns_that_can_be_used_are_not(refused, tmp_path):
    assert refused({"groups": ["sex"], "protect": "relationship", "poison": 50}) is None
    assert (tmp_path / "records.npz").exists()


@pytest.mark.parametrize("rows, units", [(19, 19), (20, None), (5, 5)])
def test_as_many_units_are_asked_about_as_an_audit_takes(call, tmp_path, rows, units):
    settings = {"name": "mine", "audit": {"function": "mine:train", "data": DATA, "asked": rows}}
    said = call("audit_read", (settings, {"output": tmp_path / "records.npz"}))
    if units is None:
        assert said is None
    else:
        assert (
            f"asked ({rows} rows): found {units} records that are in or out by themselves" in said
        )
