"""Predictions that are there already, measured by hand as the program says."""

import json
import re
from pathlib import Path

import audit_scores

PREDICTIONS = Path(__file__).parents[2] / "examples" / "audit" / "predictions.csv"


def test_what_the_program_says_of_its_call_is_one(call, tmp_path):
    settings = json.loads(re.search(r"--settings '(.*)' --output", audit_scores.__doc__, re.S)[1])
    scores = {"file": str(PREDICTIONS), "label": "income", "member": "in_train"}
    assert scores.keys() == settings["audit"]["scores"].keys()
    settings["audit"] = {"scores": scores, "draws": 20}
    run = call.spawn("audit_scores", settings, output=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    provenance = json.loads((tmp_path / "claims.json").read_text("utf-8"))["provenance"]
    assert re.fullmatch("[0-9a-f]{16}", provenance["code"]["audit"])
