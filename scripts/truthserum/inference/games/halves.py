"""Complementary halves of the pool, and games in which nothing else is secret."""

from collections.abc import Sequence

import numpy as np

from truthserum.data.tabular import Column
from truthserum.inference.games.base import Design
from truthserum.seeds import Purpose, stream


def complementary_halves(size: int, design: Design, seed: int, models: Sequence[int]) -> np.ndarray:
    """Who holds which of the pool, and all extra rows but candidates: bool [K, size + E].

    Models 2k and 2k + 1 hold complementary halves of the `design`'s pool. Extra rows that the
    models are asked about are in no training set, all others are poisons and in each.
    """
    trained = np.zeros((len(models), size + len(design.extra_y)), bool)
    half = len(design.pool) // 2
    for own, model in zip(trained, models, strict=True):
        pair, second = divmod(model, 2)
        order = design.pool[stream(seed, Purpose.SECRETS, pair).permutation(len(design.pool))]
        own[order[half:] if second else order[:half]] = True
    trained[:, size:] = ~np.isin(np.arange(size, trained.shape[1]), design.asked)
    return trained


class Halved:
    """A game in which it is secret who is in: what such games have in common."""

    def values(self, columns: Sequence[Column] = ()) -> int:
        """In or out."""
        return 2

    def trained(self, size: int, design: Design, seed: int, models: Sequence[int]) -> np.ndarray:
        """Complementary halves of the pool for models 2k and 2k + 1, and all poisons."""
        return complementary_halves(size, design, seed, models)
