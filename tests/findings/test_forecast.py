"""What a run will take, by what ran before."""

import pandas as pd
import pytest

from truthserum.findings.forecast import COLUMNS, START, Asked, Pace, Seen, forecast, told
from truthserum.findings.intervals import COLUMNS as INTERVALS
from truthserum.findings.intervals import Alike, intervals
from truthserum.work import Basis

TIMED = 1e9
FEW = Basis("tpr", units=4, models=2, positives=20, negatives=20)


def seen(experiment="targeted", leak="inference", scale="smoke", stage="train", **how):
    counts = {"jobs": 2, "seconds": 2 * START + 1000, "products": 5e12} | how
    return Seen(experiment, leak, scale, stage, **counts)


def asked(name="targeted", **changes):
    how = {
        "leak": "inference",
        "arms": 2,
        "models": 8,
        "records": 500,
        "jobs": {"train": 4, "observe": 2},
        "products": {"train": 8e9, "observe": 2e9},
        "longest": {"train": 3e9, "observe": 1e9},
        "bytes": 5e8,
        "memory": 4000,
    }
    return Asked(name, **(how | changes))


def pace(*ran):
    return Pace("laptop", ran, TIMED)


def test_starts_are_no_computing():
    one = seen(jobs=2, seconds=106.0, products=5e9)
    assert one.tells and one.speed == 5e9 / 100
    assert not seen(jobs=4, seconds=106.0).tells
    assert not seen(products=0).tells


def test_its_own_jobs_count_as_they_were():
    own = seen(scale="laptop", jobs=2, seconds=8.0)
    seconds, largest, by = pace(seen(), own).of(asked(), "train")
    assert (seconds, by) == (4 * 4.0, "its own jobs")
    assert largest == 4.0 * 3e9 / (8e9 / 4)  # the largest has half as much again as the mean


def test_the_nearest_that_ran_counts_and_of_several_the_largest():
    near = [seen(scale="smoke"), seen(scale="paper", products=9e12), seen(stage="observe")]
    far = [seen("untargeted", products=8e13), seen("canary", "extraction", products=8e15)]
    brief = seen(scale="workstation", products=1e15, seconds=5.0)
    known = pace(*near, *far, brief)
    expected = 4 * START + 8e9 / (9e12 / 1000), START + 3e9 / (9e12 / 1000), "targeted at paper"
    assert known.of(asked(), "train") == pytest.approx(expected)
    assert known.of(asked("economics"), "train")[2] == "untargeted at smoke"
    assert pace().of(asked(), "train") == (4 * START + 8, START + 3, "a timed network")


def test_a_row_is_the_sum_of_its_stages():
    row = asked().row(pace(seen(products=1e12)), cores=2)
    seconds = 6 * START + 8e9 / 1e9 + 2e9 / TIMED
    assert row["core_hours"] == pytest.approx(seconds / 3600)
    assert row["hours"] == pytest.approx(seconds / 2 / 3600)
    assert (row["jobs"], row["records"], row["disk_gb"], row["memory_gb"]) == (6, 500, 0.5, 4)
    assert row["by"] == "targeted at smoke, a timed network"


def test_many_cores_do_not_shorten_a_job():
    row = asked().row(pace(), cores=1000)
    assert row["hours"] == pytest.approx((START + 3) / 3600)


def test_what_is_not_known_is_not_told():
    row = asked(products=None, longest={}).row(pace(), 2)
    assert "hours" not in row
    assert row["by"] == "unknown: the size of the network"


def test_the_last_row_is_the_total():
    parts = [asked(), asked("economics", memory=9000), asked("x", products=None)]
    plan = forecast(parts, pace(), cores=2)
    assert list(plan) == COLUMNS
    *rows, total = plan.to_dict("records")
    assert [row["experiment"] for row in rows] == ["targeted", "economics", "x"]
    for name in ("arms", "models", "jobs", "disk_gb"):
        assert total[name] == sum(row[name] for row in rows)
    known = [row["core_hours"] for row in rows if row["core_hours"] > 0]
    assert total["core_hours"] == pytest.approx(sum(known))
    assert total["hours"] == pytest.approx(sum(known) / 2)
    assert total["memory_gb"] == 9 and pd.isna(total["records"])


def test_the_table_shows_every_experiment():
    plan = forecast([asked(), asked("x", products=None)], pace(), 2)
    text = told(plan, intervals([Alike("targeted", 2, 8, FEW)]), "laptop", 2)
    header, columns, *lines = text.splitlines()
    assert header.startswith("laptop, on 2 cores; ")
    assert columns.split() == COLUMNS
    assert lines[0].split()[:5] == ["targeted", "2", "8", "500", "6"]
    assert "nan" in lines[1] and lines[1].endswith("unknown: the size of the network")
    assert lines[-2].split() == INTERVALS
    shown = ["targeted", "2", "8", "80", "80", "0.01", "tpr_at_fpr_0.01", "0.05", "240", "798"]
    assert lines[-1].split() == shown


def test_a_plan_of_what_is_not_known_alone_is_shown():
    unknown = asked("x", products=None)
    lines = told(forecast([unknown], pace(), 2), intervals([]), "laptop", 2).splitlines()
    assert lines[2].endswith("unknown: the size of the network")
    assert lines[3].split()[:4] == ["all", "2", "8", "6"]
