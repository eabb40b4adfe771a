"""What the stages ask of a game."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np


@dataclass(frozen=True, eq=False)
class Design:
    """What is fixed for every model of an arm, before any is trained.

    targets: int64 [T], rows of the pool whose secrets are attacked. labels: int64 [T], what the
    poisons of each target claim. extra_x [E, ...], extra_y int64 [E]: the rows that follow the pool
    in the training data of every model that `Game.rows` gives them to. extra_of: int64 [E], the
    index into `targets` that each extra row is aimed at. asked: int64 [P], ascending, the rows of
    the pool that every model is asked about, the targets among them.

    Raises ValueError if these do not fit each other.
    """

    targets: np.ndarray
    labels: np.ndarray
    extra_x: np.ndarray
    extra_y: np.ndarray
    extra_of: np.ndarray
    asked: np.ndarray

    def __post_init__(self):
        if len(self.labels) != len(self.targets):
            raise ValueError(f"design: {len(self.labels)} labels for {len(self.targets)} targets")
        if not len(self.extra_x) == len(self.extra_y) == len(self.extra_of):
            raise ValueError("design: extra_x, extra_y and extra_of differ in length")
        if not (np.diff(self.asked) > 0).all():
            raise ValueError("design: the rows that are asked about are not in ascending order")
        if not np.isin(self.targets, self.asked).all():
            raise ValueError("design: some targets are not among the rows that are asked about")


class Game(Protocol):
    """A game is a frozen dataclass of its options with these three methods."""

    def design(self, x, y, classes, seed) -> Design:
        """Draw the targets and poisons for a pool x [N, ...], y [N]."""

    def secrets(self, pool, seed, models) -> np.ndarray:
        """The secrets of `models` for each of `pool` rows: [K, N]."""

    def rows(self, secrets, design) -> np.ndarray:
        """The rows of (pool, then extra) that each model trains on: int64 [K, n]."""
