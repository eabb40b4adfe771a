"""Statistics of the shadow models of every target model, in closed form.

A *side* of a point is the set of models that hold it (IN), or the set of those that do not (OUT).
Models come in groups that share their secrets out among them: models 2k and 2k + 1 hold
complementary halves, V models in a row each value of a target once. In turn g the models of group g
are the targets, each by itself, and *all others* are shadow models: no adversary owns a model
trained on just what the target was not trained on, and such a model's residuals are correlated with
the target's. What the group contributes is taken off the statistics of the whole side: no loop over
models or points. M models, P points, G groups of `group` models.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

# In logits; below this a deviation is what rounding leaves of equal signals.
SMALLEST_DEVIATION = 1e-6


@dataclass(frozen=True)
class Turns:
    """Which values of one side remain in each of G turns.

    side: bool [M, P], true where the model belongs to the point's side. group: models g * group to
    (g + 1) * group - 1 are left out of turn g. ValueError if the models are no whole groups, or if
    the groups have not equally many models on a point's side.
    """

    side: np.ndarray
    group: int

    def __post_init__(self) -> None:
        if self.side.ndim != 2 or self.side.dtype != bool:
            raise ValueError(
                f"side: found {self.side.dtype} {self.side.shape}, allowed bool [models, points]"
            )
        models = len(self.side)
        if self.group < 1 or models % self.group:
            raise ValueError(
                f"group: found {self.group}, allowed is a divisor of the {models} models"
            )
        each = self.grouped(self.side)
        if (each != each[:1]).any():
            raise ValueError(
                f"member: found groups of {self.group} models with {each.min()} to {each.max()} on "
                "a side of a point, allowed is one number in all groups"
            )

    def points(self, block: slice) -> Self:
        """The same turns for a block of the points."""
        return type(self)(self.side[:, block], self.group)

    def grouped(self, values: np.ndarray) -> np.ndarray:
        """Sums [G, P] over the models of each group, of values [M, P]."""
        return self.apart(values).sum(axis=1)

    def apart(self, values: np.ndarray) -> np.ndarray:
        """Values [M, P] by group: [G, group, P]."""
        return values.reshape(-1, self.group, values.shape[1])

    @cached_property
    def size(self) -> np.ndarray:
        """Models on the side before any is left out, int [P]."""
        return self.side.sum(axis=0)

    @cached_property
    def kept(self) -> np.ndarray:
        """Models left on the side in every turn, int [P]."""
        return self.size - self.side[: self.group].sum(axis=0)

    def require(self, models: int, name: str) -> None:
        """ValueError unless every point keeps this many models on the side."""
        fewest = self.kept.min(initial=len(self.side))
        if fewest < models:
            raise ValueError(
                f"{name} models left when a group of {self.group} is left out: found {fewest} "
                f"({self.side.shape[0]} models, {self.side.shape[1]} points), allowed at least "
                f"{models}"
            )


@dataclass(frozen=True)
class Moments:
    """What a turn keeps: how many, int [P], their mean, and the sum of squared deviations from it.

    mean, squares: [G, P].
    """

    kept: np.ndarray
    mean: np.ndarray
    squares: np.ndarray


def moments(values: np.ndarray, turns: Turns) -> Moments:
    """Moments of the kept values [M, P] of each turn; every side must keep at least one."""
    centre = np.where(turns.side, values, 0).sum(axis=0) / turns.size
    deviations = np.where(turns.side, values - centre, 0)
    squares, lost = deviations**2, turns.grouped(deviations)
    # Rounding may leave a negative rest where all kept values are equal.
    rest = np.maximum(squares.sum(axis=0) - turns.grouped(squares) - lost**2 / turns.kept, 0)
    return Moments(turns.kept, centre - lost / turns.kept, rest)


def median(values: np.ndarray, turns: Turns) -> np.ndarray:
    """Median [G, P] of the kept values [M, P] of each turn; every side must keep at least one."""
    on_side = np.where(turns.side, values, np.inf)
    order = np.argsort(on_side, axis=0)
    ordered = np.take_along_axis(on_side, order, axis=0)
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(len(values))[:, None], axis=0)
    # Values that are on no side stand last, beyond every rank that is asked for.
    lost = np.sort(turns.apart(places), axis=1)

    def at(rank: np.ndarray) -> np.ndarray:
        rank = np.tile(rank, (len(lost), 1))
        for place in range(turns.group):
            rank += lost[:, place] <= rank
        return np.take_along_axis(ordered, rank, axis=0)

    return (at((turns.kept - 1) // 2) + at(turns.kept // 2)) / 2
