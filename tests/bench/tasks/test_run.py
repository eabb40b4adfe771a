import os
import sys
from dataclasses import replace

import numpy as np
import pytest

from truthserum.bench.tasks import run
from truthserum.bench.tasks.run import Run

RECORDS = {"train-000": (20, 20), "train-001": (10, 10), "measure": (20, 10)}
TASK = Run(["arm"], {"train": "train", "measure": "measure", "draw_figure": "draw"})


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    """A run of three jobs on two cores; RECORDS has the end and the seconds of each.

    Whatever is started takes 3 seconds, and the head 50.
    """
    folder = tmp_path / "arm" / ".benchmark"
    folder.mkdir(parents=True)
    for name, (end, seconds) in RECORDS.items():
        path = folder / f"{name}.tsv"
        path.write_text(f"s\th:m:s\tmax_rss\n{seconds}\t0:00:{seconds}\t-\n")
        os.utime(path, (0, 1e9 + end))
    monkeypatch.setattr(run, "processor_time", lambda command: 50 if "snakemake" in command else 3)


def test_share_of_a_run_from_its_benchmark_files(recorded, measured):
    assert measured(TASK) == {
        "run, wall time": (20,),
        "run, all jobs": (40,),
        "run, jobs at a time": (2,),
        "run, cores without a job": (0,),
        "run, not training": (25,),
        "arm, jobs that do not train": (25,),
        "run, starts of Python": (9, 9, 9),
        "Snakemake's head, to plan all jobs": (50, 50, 50),
    }


def test_jobs_of_other_programs_do_not_count_as_starts(recorded, measured):
    found = measured(replace(TASK, programs={"measure": "measure"}))
    assert found["run, starts of Python"] == (3, 3, 3)


def test_processor_time_is_that_of_the_program_alone():
    work = "import time\nwhile time.process_time() < 0.5: pass"
    assert 0.5 <= run.processor_time([sys.executable, "-c", work]) < 1.5
    assert run.processor_time([sys.executable, "-c", "import time; time.sleep(0.5)"]) < 0.5


def test_a_run_without_training_is_refused(measured, tmp_path):
    with pytest.raises(ValueError, match=f"^{tmp_path}: found no benchmark of train, allowed"):
        measured(TASK)


def times(*spans):
    return np.array(spans, float).T


def test_wall_counts_short_gaps_but_no_pauses():
    start, end = times((1000, 1010), (0, 10), (12, 20), (5, 7))
    assert run.wall(start, end) == 20 + 10


def test_wall_sees_a_long_job_beneath_a_gap_between_short_ones():
    start, end = times((0, 500), (1, 2), (400, 401))
    assert run.wall(start, end) == 500


def test_jobs_at_once():
    start, end = times((0, 10), (10, 20), (5, 15), (30, 40))
    assert run.at_once(start, end) == 2


def test_jobs_that_hand_over_are_not_at_once():
    start, end = times((0, 10), (0, 10.2), (9.9, 20), (9.9, 20))
    assert run.at_once(start, end) == 2
    assert run.idle_share(start, end) == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize(
    "training, share",
    [([True, True, True], 0.0), ([True, True, False], 0.25), ([False, False, False], 1.0)],
)
def test_share_that_is_not_training(training, share):
    start, end = times((0, 20), (0, 10), (10, 20))
    assert run.other_share(start, end, np.array(training)) == pytest.approx(share)


def test_idle_cores_are_not_training():
    start, end = times((0, 10), (0, 10), (10, 20))
    assert run.other_share(start, end, np.ones(3, bool)) == pytest.approx(0.25)
    assert run.idle_share(start, end) == pytest.approx(0.25)


def test_share_of_the_seconds_of_jobs():
    start, end = times((0, 30), (0, 10), (10, 20))
    assert run.job_share(start, end, np.array([False, True, False])) == pytest.approx(0.2)
