import os

import pytest

from truthserum.bench.tasks.run import Run

RECORDS = {"train-000": (20, 20), "train-001": (10, 10), "measure": (20, 10)}


@pytest.fixture
def recorded(tmp_path):
    """A run of three jobs on two cores; RECORDS has the end and the seconds of each."""
    folder = tmp_path / "arm" / ".benchmark"
    folder.mkdir(parents=True)
    for name, (end, seconds) in RECORDS.items():
        path = folder / f"{name}.tsv"
        path.write_text(f"s\th:m:s\tmax_rss\n{seconds}\t0:00:{seconds}\t-\n")
        os.utime(path, (0, 1e9 + end))


def test_share_of_a_run_from_its_benchmark_files(recorded, measured):
    assert measured(Run(["arm"])) == {
        "run, wall time": (20,),
        "run, jobs at a time": (2,),
        "run, cores without a job": (0,),
        "run, not training": (25,),
        "arm, jobs that do not train": (25,),
    }


def test_a_run_without_training_is_refused(measured, tmp_path):
    with pytest.raises(ValueError, match=f"^{tmp_path}: found no benchmark of train, allowed"):
        measured(Run(["arm"]))
