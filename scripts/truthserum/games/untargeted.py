"""Membership inference with untargeted poisoning.

The adversary owns a share of the training set and mislabels it, to make everybody else's points
leak (abstract of arXiv 2204.00032). How the paper relabels is not known to us, so it is a strategy.
"""

from dataclasses import dataclass

import numpy as np

from truthserum.data.equal import first_of_each
from truthserum.games.base import Design, without_rivals
from truthserum.games.halves import complementary_halves
from truthserum.games.membership import LABELS
from truthserum.seeds import Purpose, stream

STRATEGIES = {
    **LABELS,
    # as read by DependableSystemsLab/code_poison_MIA: every poison gets the same class
    "one": lambda y, classes, rng: np.zeros_like(y),
}


@dataclass(frozen=True)
class Untargeted:
    """Options of the game.

    pool: points of the others, of which each model gets half; the adversary's come from the rest of
    the data. share: the adversary's share of the training set, 0 up to below 1. label: how it
    labels its points: "next" class, one "random" wrong class each, "one" class for all, or, as
    controls, "correct"ly, or "none" added. asked: how many points of the pool the models are asked
    about; None for all.

    Raises ValueError for an option that is out of range.
    """

    pool: int
    share: float = 0.5
    label: str = "next"
    asked: int | None = None

    def __post_init__(self):
        if self.pool < 2 or self.pool % 2:
            raise ValueError(f"untargeted: pool is {self.pool}, allowed is an even number from 2")
        if not 0 <= self.share < 1:
            raise ValueError(f"untargeted: share is {self.share}, allowed is 0 up to below 1")
        if self.label not in ("none", *STRATEGIES):
            raise ValueError(
                f"untargeted: label is {self.label!r}, allowed are {sorted(STRATEGIES)} or 'none'"
            )
        if self.asked is not None and not 1 <= self.asked <= self.pool:
            raise ValueError(f"untargeted: asked is {self.asked}, allowed is 1 to {self.pool}")

    @property
    def poisons(self):
        """The adversary's points: `share` of a training set with half of the pool."""
        if self.label == "none":
            return 0
        return round(self.share / (1 - self.share) * self.pool / 2)

    def check(self, size, columns=()):
        """Refuse data of `size` points that the game cannot be played on (ValueError)."""
        if self.pool + self.poisons > size:
            raise ValueError(
                f"untargeted: pool and poisons are {self.pool} + {self.poisons}, allowed are at "
                f"most the {size} different points of the data together"
            )

    def values(self, columns=()):
        """In or out."""
        return 2

    def others(self, size):
        """None: all points that are asked about are targets."""
        return 0

    def rows(self, size, columns=()):
        """Half of the pool and all poisons."""
        return self.pool // 2 + self.poisons

    def design(self, data, seed):
        """Divide the different points of the training data into pool and adversary's points.

        A smaller share's poisons are among those of a larger one.
        """
        x, y = data.train_x, data.train_y
        points = first_of_each(x)
        self.check(len(points), data.columns)
        drawn = points[stream(seed, Purpose.TARGETS).permutation(len(points))]
        pool, rest = drawn[: self.pool], drawn[self.pool :]
        owned = rest[: self.poisons]
        claimed = y[owned]
        if self.poisons:
            # of all that the adversary could own, so that a smaller share claims the same
            wrong = stream(seed, Purpose.WRONG_LABELS)
            claimed = STRATEGIES[self.label](y[rest], data.classes, wrong)[: self.poisons]
        asked = np.sort(pool[: self.asked])
        return Design(
            pool=pool,
            targets=asked,
            labels=y[asked],
            extra_x=x[owned],
            extra_y=claimed,
            extra_of=np.full(len(owned), -1),
            **without_rivals(asked),
        )

    def trained(self, size, design, seed, models):
        """Complementary halves of the pool for models 2k and 2k + 1, and all poisons."""
        return complementary_halves(size, design, seed, models)
