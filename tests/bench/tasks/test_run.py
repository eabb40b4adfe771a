import os
import sys
from dataclasses import replace

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
