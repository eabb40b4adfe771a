"""Memberships as a game draws them: of two models in a row one holds each point."""

import numpy as np


def halves(rng: np.random.Generator, models: int, points: int) -> np.ndarray:
    """Who is in: bool [models, points], where models 2k and 2k + 1 hold complementary halves."""
    first = rng.random((models // 2, points)) < 0.5
    return np.stack([first, ~first], axis=1).reshape(models, points)
