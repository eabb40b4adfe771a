"""Settings in, a file of measures out; and their table."""

import json

import pytest

import bench

TASK = {
    "attack": {
        "name": "official",
        "options": {"variance": "fixed", "deviations": "shared", "centre": "median"},
        "models": 8,
        "points": 20,
        "looped": 4,
    }
}


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
    called("--settings", "{}", "report", "--measures", times, "--output", csv, md, html)
    first, *_ = json.loads(times.read_text())
    assert first["name"] == "official, 8 models x 20 points"
    head, row, *_ = csv.read_text().splitlines()
    assert head == "measure,median,lowest,highest,rounds,unit,target,met,note"
    assert row.startswith(f'"{first["name"]}",')
    assert f"<td>{first['name']}</td>" in html.read_text()
    assert capsys.readouterr().out.strip() == md.read_text().strip()


def test_an_unknown_task_is_refused_before_anything_is_timed(called, tmp_path):
    settings = json.dumps({"task": {"sprint": {}}, "precision": "auto"})
    output = tmp_path / "sprint.json"
    refused = r'^bench: found the key "sprint", allowed are attack, informed, '
    with pytest.raises(ValueError, match=refused):
        called("--settings", settings, "time", "--results", tmp_path, "--output", output)
    assert not output.exists()
