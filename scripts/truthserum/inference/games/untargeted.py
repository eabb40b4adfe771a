"""Membership inference with untargeted poisoning.

The adversary owns a share of the training set and mislabels it, to make everybody else's points
leak (abstract of arXiv 2204.00032). How the paper relabels is not known to us, so it is a strategy.

Or it makes those of one class leak, after Chen, Shen, Shen, Wang and Zhang, "Amplifying Membership
Exposure via Data Poisoning" (NeurIPS 2022), as their code does (yfchen1994/poisoning_membership,
commit a036d73). Dirty label: points of that class, each with a random wrong label. Clean label:
points of the other classes, truly labelled, each changed by at most 0.05 of the range of a pixel so
that its features come near those of a point of the class. There the features are those of a
pretrained network, on which the victim's is built; here, where models train from nothing, they are
the pixels, for which the nearest point in reach is known in closed form.
"""

from collections.abc import Sequence
from typing import Annotated

import numpy as np

from truthserum.data.equal import first_of_each
from truthserum.data.images import Images
from truthserum.data.tabular import Column, Table
from truthserum.inference.games.base import Design, without_rivals
from truthserum.inference.games.halves import Halved
from truthserum.inference.games.membership import LABELS
from truthserum.options import (
    ClosedShare,
    Count,
    Even,
    Maybe,
    Natural,
    OneOf,
    PartialShare,
    options,
)
from truthserum.seeds import Purpose, stream

STRATEGIES = {
    **LABELS,
    # as read by DependableSystemsLab/code_poison_MIA: every poison gets the same class
    "one": lambda y, classes, rng: np.zeros_like(y),
}


@options
class Untargeted(Halved):
    """Membership inference of everybody else's points, a share of the training set mislabelled."""

    pool: Even
    """Points of everybody else, of which each model gets half; the adversary's points come from the
    rest of the data."""
    share: PartialShare = 0.5
    """The adversary's share of the training set."""
    label: Annotated[str, OneOf((*STRATEGIES, "none"))] = "next"
    """How the adversary labels its points: the next class, a random wrong class each, one class for
    all, or, as controls, the true one, or none added."""
    asked: Maybe[Count] = None
    """How many points of the pool the models are asked about; null for all."""
    target_class: Maybe[Natural] = None
    """The attacked class: its points are the targets, other points that are asked about are not,
    and the adversary's points are of this class. Null where all points are targets."""
    collision: Maybe[ClosedShare] = None
    """If given, the adversary's points are of the other classes instead, and each of their pixels
    moves by at most this share of its range towards an own point of the attacked class; 0 is a
    control."""

    def __post_init__(self) -> None:
        if self.asked is not None and self.asked > self.pool:
            raise ValueError(f"asked: found {self.asked}, allowed is 1 to the pool, {self.pool}")
        if self.collision is not None and self.target_class is None:
            raise ValueError(
                f"collision: found {self.collision}, allowed is null without target_class"
            )

    @property
    def poisons(self) -> int:
        """The adversary's points: `share` of a training set with half of the pool."""
        if self.label == "none":
            return 0
        return round(self.share / (1 - self.share) * self.pool / 2)

    def check(self, size: int, columns: Sequence[Column] = ()) -> None:
        """Refuse data of `size` points that the game cannot be played on (ValueError)."""
        if self.pool + self.poisons > size:
            raise ValueError(
                f"untargeted: pool and poisons are {self.pool} + {self.poisons}, allowed are at "
                f"most the {size} different points of the data together"
            )
        if columns and self.collision is not None:
            raise ValueError("untargeted: collision is given, allowed is so for images only")

    def others(self, size: int) -> int:
        """Those of other classes than the attacked one."""
        return 0 if self.target_class is None else (self.asked or self.pool) - 1

    def rows(self, size: int, columns: Sequence[Column] = ()) -> int:
        """Half of the pool and all poisons."""
        return self.pool // 2 + self.poisons

    def design(self, data: Images | Table, seed: int) -> Design:
        """Divide the different points of the training data into pool and adversary's points.

        A smaller share's poisons are among those of a larger one.
        """
        x, y = data.train_x, data.train_y
        points = first_of_each(x)
        self.check(len(points), data.columns)
        drawn = points[stream(seed, Purpose.TARGETS).permutation(len(points))]
        pool, rest = drawn[: self.pool], drawn[self.pool :]
        asked = np.sort(pool[: self.asked])
        targets = self._targets(asked, y[asked])
        poison_x, poison_y = self._poisons(x[rest], y[rest], data.classes, seed)
        return Design(
            pool=pool,
            targets=targets,
            labels=y[targets],
            extra_x=poison_x,
            extra_y=poison_y,
            extra_of=np.full(len(poison_y), -1),
            **without_rivals(asked),
        )

    def _targets(self, asked: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Those of the rows that are asked about, of classes y, which are attacked."""
        if self.target_class is None:
            return asked
        if self.target_class not in y:
            raise ValueError(
                f"untargeted: target_class is {self.target_class}, allowed are the classes of the "
                f"points asked about, {sorted(set(y.tolist()))}"
            )
        return asked[y == self.target_class]

    def _poisons(
        self, x: np.ndarray, y: np.ndarray, classes: int, seed: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """What the adversary adds, of the points x [n, ...] that it has: points and labels."""
        if self.label == "none":
            return x[:0], y[:0]
        if self.target_class is not None:
            attacked = y == self.target_class
            own = attacked if self.collision is None else ~attacked
            if self.poisons > own.sum() or not attacked.any():
                raise ValueError(
                    f"untargeted: the adversary adds {self.poisons} points, allowed are at most "
                    f"the {own.sum()} of its own that are of the classes asked for, and it needs "
                    "one of the attacked class"
                )
            base, x, y = x[attacked], x[own], y[own]
        if self.collision is not None:
            x = collided(x, np.resize(base, x.shape), self.collision)  # the base again and again
        # of all that the adversary could own, so that a smaller share claims the same
        wrong = stream(seed, Purpose.WRONG_LABELS)
        claimed = STRATEGIES[self.label](y, classes, wrong)
        return x[: self.poisons], claimed[: self.poisons]


def collided(images: np.ndarray, base: np.ndarray, reach: float) -> np.ndarray:
    """The images [n, ...] moved towards those of the base, as near as `reach` allows, in uint8.

    reach: the largest change of a pixel, as a share of its range, rounded down to a grey level.
    """
    most = int(reach * 255)
    images = images.astype(np.int16)
    return np.clip(base, images - most, images + most).astype(np.uint8)
