import numpy as np
import pytest

from truthserum.bench import jobs


def times(*spans):
    return np.array(spans, float).T


def test_wall_counts_short_gaps_but_no_pauses():
    start, end = times((1000, 1010), (0, 10), (12, 20), (5, 7))
    assert jobs.wall(start, end) == 20 + 10


def test_wall_sees_a_long_job_beneath_a_gap_between_short_ones():
    start, end = times((0, 500), (1, 2), (400, 401))
    assert jobs.wall(start, end) == 500


def test_jobs_at_once():
    start, end = times((0, 10), (10, 20), (5, 15), (30, 40))
    assert jobs.at_once(start, end) == 2


def test_jobs_that_hand_over_are_not_at_once():
    start, end = times((0, 10), (0, 10.2), (9.9, 20), (9.9, 20))
    assert jobs.at_once(start, end) == 2
    assert jobs.idle_share(start, end) == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize(
    "training, share",
    [([True, True, True], 0.0), ([True, True, False], 0.25), ([False, False, False], 1.0)],
)
def test_share_that_is_not_training(training, share):
    start, end = times((0, 20), (0, 10), (10, 20))
    assert jobs.other_share(start, end, np.array(training)) == pytest.approx(share)


def test_idle_cores_are_not_training():
    start, end = times((0, 10), (0, 10), (10, 20))
    assert jobs.other_share(start, end, np.ones(3, bool)) == pytest.approx(0.25)
    assert jobs.idle_share(start, end) == pytest.approx(0.25)


def test_share_of_the_seconds_of_jobs():
    start, end = times((0, 30), (0, 10), (10, 20))
    assert jobs.job_share(start, end, np.array([False, True, False])) == pytest.approx(0.2)
