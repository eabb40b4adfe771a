from dataclasses import replace

import numpy as np
import pytest

from truthserum.bench.tasks.attack import Attack

OFFICIAL = {"variance": "fixed", "deviations": "shared", "centre": "median"}
TASK = Attack("lira", OFFICIAL, models=8, points=60, looped=6)


def test_gains_are_those_over_what_is_extrapolated(measured, monkeypatch):
    moments = iter(range(1000))
    monkeypatch.setattr("time.process_time", lambda: next(moments))  # every call takes one second
    found = measured(TASK)
    label = "lira, 8 models x 60 points"
    assert found[label] == (1, 1, 1)
    assert found[f"{label}, over a loop"] == (10, 10, 10)
    assert found[f"{label}, over the official arithmetic"] == (8, 8, 8)
    assert 0.01 < found[f"{label}, peak memory"][0] < 100


def test_other_options_than_the_official_are_not_compared_with_its_arithmetic(measured):
    found = measured(replace(TASK, options={"variance": "shrunk"}))
    assert not [name for name in found if "official" in name]


def test_members_score_higher_and_pairs_are_complementary():
    seen = TASK.evidence(np.random.default_rng(1))
    assert (seen.member[::2] != seen.member[1::2]).all()
    signals = seen.signals[..., 0]
    gap = signals[seen.member].mean() - signals[~seen.member].mean()
    assert gap == pytest.approx(1, abs=4 * 2 / np.sqrt(signals.size))  # four deviations
