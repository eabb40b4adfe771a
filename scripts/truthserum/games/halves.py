"""Membership as a secret: complementary halves of the points, and the rows that follow."""

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


def members_and_extra(secrets, design):
    """Each model's members, then all extra rows (added, nothing replaced): int64 [K, members + E].

    secrets: bool [K, N] with as many members in every model.
    """
    models, size = secrets.shape
    members = np.nonzero(secrets)[1].reshape(models, -1)
    extra = np.arange(size, size + len(design.extra_y))
    return np.concatenate([members, np.tile(extra, (models, 1))], axis=1)
