"""Leave-one-out statistics over models, in closed form.

A *side* of a point is the set of models that hold it (IN), or the set of those that do not (OUT).
In turn i, model i is the target and the others are its shadow models, so that at every point one
side has lost one value. That loss is taken off the statistics of the whole side here: no loop over
models or points. M models, P points.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np


@dataclass(frozen=True)
class Turns:
    """Which values of one side remain in each of M turns.

    side: bool [M, P], true where the model belongs to the point's side.
    trimmed: bool [M], turns in which a side that does not hold the target loses its last model
        instead, so that all points keep equally many.
    """

    side: np.ndarray
    trimmed: np.ndarray

    def __post_init__(self) -> None:
        if self.side.ndim != 2 or self.side.dtype != bool:
            raise ValueError(
                f"side: found {self.side.dtype} {self.side.shape}, allowed bool [models, points]"
            )
        if self.trimmed.shape != self.side.shape[:1]:
            raise ValueError(
                f"trimmed: found shape {self.trimmed.shape}, allowed {self.side.shape[:1]}"
            )

    @classmethod
    def all(cls, side: np.ndarray) -> Self:
        """Every remaining model of the side counts."""
        return cls(side, np.zeros(len(side), dtype=bool))

    @classmethod
    def matched(cls, side: np.ndarray) -> Self:
        """In each turn every point keeps as many models as the point with fewest, the first ones.

        The rule of the official code (research/mi_lira_2021/plot.py in tensorflow/privacy), for
        sides that have equally many models at all points; ValueError otherwise.
        """
        sizes = np.unique(side.sum(axis=0))
        if len(sizes) > 1:
            raise ValueError(
                f"member: found points with {sizes[0]} to {sizes[-1]} of {side.shape[0]} models on "
                "a side, allowed is one number at all points"
            )
        return cls(side, side.any(axis=1))

    def points(self, block: slice) -> Self:
        """The same turns for a block of the points."""
        return type(self)(self.side[:, block], self.trimmed)

    @property
    def size(self) -> np.ndarray:
        """Models on the side before any is left out, int [P]."""
        return self.side.sum(axis=0)

    @property
    def drop(self) -> np.ndarray:
        """Whether the side loses a value in the turn, bool [M, P]."""
        return self.side | self.trimmed[:, None]

    @property
    def kept(self) -> np.ndarray:
        """Models left on the side in the turn, int [M, P]."""
        return self.size - self.drop

    def left_out(self, values: np.ndarray) -> np.ndarray:
        """The value that the side loses if it loses one, [M, P]."""
        last = len(self.side) - 1 - np.argmax(self.side[::-1], axis=0)
        return np.where(self.side, values, values[last, np.arange(self.side.shape[1])])

    def require(self, models: int, name: str) -> None:
        """ValueError unless in every turn every point keeps this many models on the side."""
        fewest = self.kept.min(initial=len(self.side))
        if fewest < models:
            raise ValueError(
                f"{name} models left when one is left out: found {fewest} ({self.side.shape[0]} "
                f"models, {self.side.shape[1]} points), allowed at least {models}"
            )


@dataclass(frozen=True)
class Moments:
    """Count, mean, and sum of squared deviations from that mean, of what a turn keeps; [M, P]."""

    kept: np.ndarray
    mean: np.ndarray
    squares: np.ndarray


def moments(values: np.ndarray, turns: Turns) -> Moments:
    """Moments of the kept values [M, P] of each turn; every side must keep at least one."""
    size, kept = turns.size, turns.kept
    centre = np.where(turns.side, values, 0).sum(axis=0) / size
    squares = (np.where(turns.side, values - centre, 0) ** 2).sum(axis=0)
    lost = np.where(turns.drop, turns.left_out(values) - centre, 0)
    # Rounding may leave a negative rest where all kept values are equal.
    rest = np.maximum(squares - lost**2 * size / kept, 0)
    return Moments(kept, centre - lost / kept, rest)


def median(values: np.ndarray, turns: Turns) -> np.ndarray:
    """Median of the kept values [M, P] of each turn; every side must keep at least one."""
    ordered = np.sort(np.where(turns.side, values, np.inf), axis=0)
    size, lost = turns.size, turns.left_out(values)

    def at(rank: np.ndarray) -> np.ndarray:
        return np.take_along_axis(ordered, rank[None], axis=0)

    def at_without_lost(rank: np.ndarray) -> np.ndarray:
        # A lost value at or below this rank moves its successor here; ties are interchangeable.
        here = at(rank)
        return np.where(lost <= here, at(rank + 1), here)

    whole = (at((size - 1) // 2) + at(size // 2)) / 2
    reduced = (at_without_lost((size - 2) // 2) + at_without_lost((size - 1) // 2)) / 2
    return np.where(turns.drop, reduced, whole)
