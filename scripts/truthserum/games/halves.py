"""Complementary halves of the points."""

import numpy as np

from truthserum.seeds import Purpose, stream


def complementary_halves(points, size, seed, models):
    """Who is in whose training set: bool [K, size], models 2k and 2k + 1 complementary.

    points: int64 [P], the rows among `size` that are divided; all others are in no half.
    """
    member = np.zeros((len(models), size), bool)
    for own, model in zip(member, models, strict=True):
        pair, second = divmod(model, 2)
        order = points[stream(seed, Purpose.SECRETS, pair).permutation(len(points))]
        half = len(points) // 2
        own[order[half:] if second else order[:half]] = True
    return member


def halves_and_extra(points, size, design, seed, models):
    """Each model's half of the points, and all extra rows (added, nothing replaced).

    points: int64 [P] among the `size` rows of the data. Returns bool [K, size + E].
    """
    trained = complementary_halves(points, size + len(design.extra_y), seed, models)
    trained[:, size:] = True
    return trained
