"""Membership games whose answer is known: Gaussian signals around a centre per point."""

import numpy as np
import pytest

from truthserum.attacks.base import Evidence


@pytest.fixture
def rng():
    return np.random.default_rng(20220331)


def _half(rng, models, points):
    """Every point is in for exactly half of the models, rounded down; not in pairs."""
    return np.argsort(rng.random((models, points)), axis=0) < models // 2


def _pairs(rng, models, points):
    """Models 2k and 2k+1 hold complementary halves."""
    first = rng.random((models // 2, points)) < 0.5
    return np.stack([first, ~first], axis=1).reshape(models, points)


def _uneven(rng, models, points):
    """From three IN models to three OUT models, a different number at each point."""
    counts = rng.integers(3, models - 2, size=points)
    return np.argsort(rng.random((models, points)), axis=0) < counts


@pytest.fixture(params=[_half, _pairs], ids=["half", "pairs"])
def balanced(request):
    return request.param


@pytest.fixture
def game(rng):
    """Evidence of M models on P points, IN signals higher by `separation` standard deviations."""

    def make(models, points, queries=1, separation=1.0, members=_pairs, spread=3.0, population=0):
        member = members(rng, models, points + population)
        centre = rng.normal(0, spread, (1, points + population, 1))
        noise = rng.standard_normal((*member.shape, queries))
        signals = centre + separation * member[:, :, None] + noise
        return Evidence(
            signals[:, :points], member[:, :points], signals[:, points:], member[:, points:]
        )

    make.half, make.uneven = _half, _uneven
    return make
