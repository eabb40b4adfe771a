"""From tables to documents whose numbers are measured anew or kept."""

import json
import runpy
import sys
from pathlib import Path

import program

import pandas as pd
import pytest

PLACE = {"attack": "lira", "group": "targets", "mode": "none", "measure": "auc"}
ASKS = '{{ value("e", 8, "auc") }}\n'
KEPT = 'value("f", 1, "auc", scale="paper")'
KNOWN = {
    "leak": "inference",
    "attack": "lira",
    "mode": "none",
    "arms": {"copies-8": "8"},
    "settings": "now",
    "seed": 3,
}


@pytest.fixture
def write(tmp_path, monkeypatch):
    """write(template, experiments): run the program; (document, numbers) that it leaves."""
    folder = tmp_path / "results"
    arm = folder / "e" / "copies-8"
    arm.mkdir(parents=True)
    row = {**PLACE, "value": 0.81, "low": 0.7, "high": 0.9, "positives": 5, "negatives": 5}
    pd.DataFrame([row]).to_csv(arm / "metrics.csv", index=False)
    models = {"model": [0, 1], "test_accuracy": [0.8, 0.9], "poison_share": [0.2, 0.2]}
    pd.DataFrame(models).to_csv(arm / "models.csv", index=False)
    (arm / "shard-000.json").write_text(json.dumps({"how": {"precision": "bfloat16"}}))

    def run(template, experiments):
        paths = {name: tmp_path / name for name in ("template.md", "page.md", "numbers.json")}
        source, page, numbers = paths.values()
        source.write_text(template)
        settings = json.dumps({"scale": "laptop", "experiments": experiments})
        words = ["--results", folder, "--templates", source, "--output", page, "--numbers", numbers]
        path = Path(program.__file__).with_name("documents.py")
        monkeypatch.setattr(sys, "argv", [str(path), "--settings", settings, *map(str, words)])
        runpy.run_path(str(path), run_name="__main__")
        return page.read_text(), json.loads(numbers.read_text())

    run.numbers = tmp_path / "numbers.json"
    return run


def test_numbers_are_measured_with_what_they_were_made_with(write):
    page, stored = write(ASKS + '{{ value("e", 8, "poison_share").plain }}\n', {"e": KNOWN})
    assert page == "0.81 [0.70, 0.90]\n20 %\n"
    assert stored["numbers"]['value("e", 8, "auc")']["low"] == 0.7
    made = {"settings": "now", "seed": 3, "precision": ["bfloat16"]}
    assert stored["experiments"] == {"laptop": {"e": made}}


def test_what_is_not_run_now_is_kept_and_what_nothing_asks_for_is_dropped(write):
    made = {"settings": "then", "seed": 3, "precision": ["float32"]}
    record = {"value": 0.6, "low": 0.5, "high": 0.7, "positives": 5, "negatives": 5}
    before = {
        "experiments": {"paper": {"f": made}, "laptop": {"g": made}},
        "numbers": {KEPT: record, 'value("g", 1, "auc")': record},
    }
    write.numbers.write_text(json.dumps(before))
    page, stored = write(f"{ASKS}{{{{ {KEPT} }}}}\n", {"e": KNOWN})
    assert page == "0.81 [0.70, 0.90]\n0.60 [0.50, 0.70]\n"
    assert stored["experiments"]["paper"] == {"f": made}
    assert set(stored["experiments"]["laptop"]) == {"e"}
    assert set(stored["numbers"]) == {KEPT, 'value("e", 8, "auc")'}
    again, same = write(f"{ASKS}{{{{ {KEPT} }}}}\n", {})
    assert (again, same) == (page, stored)


def test_a_number_that_nobody_measured_yet_is_said_to_be_so(write):
    page, stored = write(ASKS.replace('"e"', '"h"'), {"e": KNOWN})
    assert page == "not run\n"
    assert stored == {"experiments": {}, "numbers": {'value("h", 8, "auc")': None}}


def test_a_number_that_should_be_there_is_missed(write):
    with pytest.raises(SystemExit) as stop:
        write(ASKS.replace("8", "9"), {"e": KNOWN})
    assert 'value("e", 9, "auc"): metrics: found 0 rows' in stop.value.code
