import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "scripts" / "bench_workflow.py"


def run(folder):
    output = folder / "workflow.json"
    command = [sys.executable, PROGRAM, "--results", folder, "--output", output]
    command += ["--games", "arm"]
    return subprocess.run(command, capture_output=True, text=True, check=False), output


def test_share_of_a_run_from_its_benchmark_files(tmp_path):
    records = {
        "train-000": (20, 20),
        "train-001": (10, 10),
        "measure_game": (20, 10),
    }
    (tmp_path / "arm/.benchmark").mkdir(parents=True)
    for name, (end, seconds) in records.items():
        path = tmp_path / "arm/.benchmark" / f"{name}.tsv"
        path.write_text(f"s\th:m:s\tmax_rss\n{seconds}\t0:00:{seconds}\t-\n")
        os.utime(path, (0, 1e9 + end))
    done, output = run(tmp_path)
    assert done.returncode == 0, done.stderr
    values = {each["name"]: each["values"] for each in json.loads(output.read_text())}
    assert values["run, wall time"] == [pytest.approx(20)]
    assert values["run, jobs at a time"] == [2]
    assert values["run, not training"] == [pytest.approx(25)]
    assert values["run, cores without a job"] == [pytest.approx(0)]
    assert values["arm, jobs that do not train"] == [pytest.approx(25)]


def test_a_run_without_training_is_one_line(tmp_path):
    done, _ = run(tmp_path)
    assert done.returncode == 1
    assert "found no benchmark of train" in done.stderr
    assert "Traceback" not in done.stderr
