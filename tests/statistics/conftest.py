"""Decisions whose measures are known in the limit of many models and points."""

import pytest
from halves import halves


@pytest.fixture
def decisions():
    """Scores [M, P] of members one higher, with noise shared by points, by models, and by none."""

    def make(rng, models, points, of_points=1.0, of_models=0.3, of_decisions=1.0):
        member = halves(rng, models, points)
        leak = 1 + of_points * rng.standard_normal(points)
        noise = of_decisions * rng.standard_normal((models, points))
        return leak * member + of_models * rng.standard_normal((models, 1)) + noise, member

    return make
