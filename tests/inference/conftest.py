"""Membership games whose answer is known: Gaussian signals around a centre per point."""

import numpy as np
import pytest
from halves import halves
from tiny import cpu, fit, images, make_rows  # noqa: F401  (fixtures)

from truthserum.inference.attacks.base import Evidence


@pytest.fixture
def rng():
    return np.random.default_rng(20220331)


def sextets_of(rng, models, points):
    """Of six models in a row one holds the point."""
    start = rng.integers(6, size=(models // 6, points)).repeat(6, axis=0)
    return (start + np.arange(models)[:, None]) % 6 == 0


@pytest.fixture(params=[(2, halves), (6, sextets_of)], ids=["pairs", "sextets"])
def grouping(request):
    """How many models share a secret out, and how."""
    return request.param


PAIRS = (2, halves)


@pytest.fixture
def game(rng):
    """Evidence of M models on P points, IN signals higher by `separation` standard deviations."""

    def make(models, points, queries=1, separation=1.0, spread=3.0, population=0, grouping=PAIRS):
        group, members = grouping
        member = members(rng, models, points + population)
        centre = rng.normal(0, spread, (1, points + population, 1))
        noise = rng.standard_normal((*member.shape, queries))
        signals = centre + separation * member[:, :, None] + noise
        return Evidence(
            signals[:, :points], member[:, :points], signals[:, points:], member[:, points:], group
        )

    return make
