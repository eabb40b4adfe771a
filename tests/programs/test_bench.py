"""Settings in, a file of measures out; and their table."""

import json
import os
import subprocess
import sys

import audited
import numpy as np
import pytest

import bench
from truthserum.data.images import Images

TASK = {
    "attack": {
        "name": "official",
        "options": {"variance": "fixed", "deviations": "shared", "centre": "median"},
        "models": 8,
        "points": 20,
        "looped": 4,
    }
}

GPU = {
    "model": {"cnn": {"width": 2}},
    "recipe": {"epochs": 1, "batch": 4, "lr": 0.1},
    "stacks": [1],
    "crowds": [1],
}


@pytest.fixture
def images(tmp_path):
    x, y = np.zeros((16, 1, 8, 8), np.uint8), np.arange(16) % 2
    Images(x, y, x[:4], y[:4], classes=2).save(tmp_path / "images.npz")
    return tmp_path / "images.npz"


@pytest.fixture
def called(monkeypatch):
    """called(*words): run the program with these arguments."""

    def call(*words):
        monkeypatch.setattr("sys.argv", ["bench.py", *map(str, words)])
        bench.main()

    return call


def test_what_is_timed_comes_into_the_table(called, tmp_path, capsys):
    settings = json.dumps({"task": TASK, "precision": "auto"})
    names = ("official.json", "bench.csv", "bench.md", "bench.html")
    times, csv, md, html = (tmp_path / name for name in names)
    called("--settings", settings, "time", "--results", tmp_path, "--data", "--output", times)
    pages = ["--page", *audited.PAGES]
    called("--settings", "{}", "report", "--measures", times, *pages, "--output", csv, md, html)
    first, *_ = json.loads(times.read_text())
    assert first["name"] == "official, 8 models x 20 points"
    head, row, *_ = csv.read_text().splitlines()
    assert head == "measure,median,lowest,highest,rounds,unit,target,met,note"
    assert row.startswith(f'"{first["name"]}",')
    assert f"<div>{first['name']}</div>" in html.read_text()
    assert capsys.readouterr().out.strip() == md.read_text().strip()


def test_an_unknown_task_is_refused_before_anything_is_timed(called, tmp_path):
    settings = json.dumps({"task": {"sprint": {}}, "precision": "auto"})
    output = tmp_path / "sprint.json"
    refused = r'^bench: found the key "sprint", allowed are attack, gpu, '
    with pytest.raises(ValueError, match=refused):
        called("--settings", settings, "time", "--results", tmp_path, "--output", output)
    assert not output.exists()


def test_what_needs_a_gpu_says_so_in_one_line(tmp_path, images):
    settings = json.dumps({"task": {"gpu": GPU}, "precision": "auto"})
    output = tmp_path / "gpu.json"
    words = ["--settings", settings, "time", "--results", tmp_path, "--data", images]
    command = [sys.executable, bench.__file__, *words, "--output", output]
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": ""}
    run = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert run.returncode == 1 and not output.exists()
    assert run.stderr.startswith("bench: device is 'cuda', but torch sees no CUDA device here;")
    assert run.stderr.count("\n") == 1
