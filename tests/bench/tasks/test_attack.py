import numpy as np
import pytest

from truthserum.bench.tasks.attack import Attack

TASK = Attack("lira", {"variance": "shrunk"}, models=8, points=60, looped=6)


def test_the_gain_is_that_over_the_extrapolated_loop(measured, monkeypatch):
    moments = iter(range(1000))
    monkeypatch.setattr("time.monotonic", lambda: next(moments))  # every call takes one second
    found = measured(TASK)
    assert found["lira, 8 models x 60 points"] == (1, 1, 1)
    assert found["lira, 8 models x 60 points, over a loop"] == (10, 10, 10)
    assert 0.01 < found["lira, 8 models x 60 points, peak memory"][0] < 100


def test_members_score_higher_and_pairs_are_complementary():
    seen = TASK.evidence(np.random.default_rng(1))
    assert (seen.member[::2] != seen.member[1::2]).all()
    signals = seen.signals[..., 0]
    gap = signals[seen.member].mean() - signals[~seen.member].mean()
    assert gap == pytest.approx(1, abs=4 * 2 / np.sqrt(signals.size))  # four deviations
