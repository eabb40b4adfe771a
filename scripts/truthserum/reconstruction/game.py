"""Reconstruction of a record by an adversary who knows all others (arXiv 2201.04845).

All models train on the same fixed set, and each on one private record besides, which is its secret.
The adversary attacks the released models. It trains the validation and the shadow models itself,
each with a record of its own, and learns from them how weights tell the record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from truthserum.data.equal import first_of_each
from truthserum.data.images import Images
from truthserum.options import MOST, Count, options
from truthserum.seeds import Purpose, stream

CANDIDATES = 8  # of the uniform prior, as in the follow-up, arXiv 2302.07225
ROLES = ("released", "validation", "shadow")


@dataclass(frozen=True, eq=False)
class InformedDesign:
    """Who trains on what, for M models: the released ones, then validation, then shadows.

    fixed: int64 [F], rows of the data's train part that all models train on. x: uint8 [M, C, H, W]
    and y: int64 [M], the private record of each model. role: str [M], of `ROLES`. candidates: int64
    [R, 8], for each released model the models whose records may be its own, in random order.

    Raises ValueError if these do not fit each other.
    """

    fixed: np.ndarray
    x: np.ndarray
    y: np.ndarray
    role: np.ndarray
    candidates: np.ndarray

    def __post_init__(self) -> None:
        if not len(self.x) == len(self.y) == len(self.role):
            raise ValueError("design: x, y and role differ in length")
        released = self.role == "released"
        if len(self.candidates) != released.sum() or not released[: len(self.candidates)].all():
            raise ValueError("design: the models with candidates are not the released ones")

    @property
    def released(self) -> int:
        """The number of released models."""
        return len(self.candidates)


@options
class Reconstruction:
    """Which record, besides those that are known, was a model trained on?"""

    fixed: Count
    """Records that the adversary knows."""
    released: Annotated[int, Field(ge=CANDIDATES, le=MOST, multiple_of=CANDIDATES)]
    """Models that are attacked, each with a private record. A multiple of 8, since every eight
    share their records as candidates."""
    validation: Count
    """Models on which the adversary chooses between reconstructors and their options."""
    shadows: Annotated[int, Field(ge=2, le=MOST)]
    """Models from which the adversary learns."""

    @property
    def models(self) -> int:
        """The number of models."""
        return self.released + self.validation + self.shadows

    def check(self, size: int, columns: Sequence[object] = (), other: int | None = None) -> None:
        """Refuse data of `size` images that the game cannot be played on (ValueError).

        other: the number of images from which the adversary takes its own records, or None.
        """
        if columns:
            raise ValueError("reconstruction: the data are a table, allowed are images")
        needed = self.fixed + (self.models if other is None else self.released)
        if needed > size:
            raise ValueError(
                f"reconstruction: {needed} records are drawn, allowed are at most the {size} "
                "different ones of the data"
            )
        if other is not None and self.validation + self.shadows > other:
            raise ValueError(
                f"reconstruction: validation and shadows are {self.validation + self.shadows} "
                f"together, allowed are at most the {other} different images of the other "
                "data"
            )

    def design(self, data: Images, seed: int, other: Images | None = None) -> InformedDesign:
        """Draw all records without replacement from the different images of the training parts.

        other: Images from which validation and shadow models have their records, for an adversary
        who knows a different distribution; what is among the data too is left out. More shadows or
        a larger fixed set leave all other records where they are, until the data are exhausted.
        Raises ValueError where `check` does, and for other data of another shape or with more
        classes.
        """
        rows = first_of_each(data.train_x)
        own = None if other is None else _foreign(data, other)
        self.check(len(rows), data.columns, None if own is None else len(own))
        drawn = rows[stream(seed, Purpose.TARGETS).permutation(len(rows))]
        fixed, front = drawn[len(drawn) - self.fixed :][::-1], drawn[: self.models]
        x, y = data.train_x[front], data.train_y[front]
        if other is not None and own is not None:
            own = own[stream(seed, Purpose.TARGETS, 1).permutation(len(own))]
            own = own[: self.validation + self.shadows]
            x = np.concatenate([x[: self.released], other.train_x[own]])
            y = np.concatenate([y[: self.released], other.train_y[own]])
        role = np.repeat(ROLES, (self.released, self.validation, self.shadows))
        return InformedDesign(fixed, x, y, role, self._candidates(seed))

    def _candidates(self, seed: int) -> np.ndarray:
        """Blocks of eight released models, which are in random order already, shuffled."""
        blocks = [
            first + stream(seed, Purpose.PRIOR, first // CANDIDATES).permutation(CANDIDATES)
            for first in range(0, self.released, CANDIDATES)
        ]
        return np.repeat(blocks, CANDIDATES, axis=0)


def _foreign(data: Images, other: Images) -> np.ndarray:
    """The different training images of other data that the data do not have, as rows int64."""
    _check_alike(data, other)
    rows = first_of_each(other.train_x)
    return rows[unseen(other.train_x[rows], data.train_x)]


def unseen(images: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Which of some images [n, ...] are not among the known ones [m, ...], as bool [n]."""
    held = {image.tobytes() for image in known}
    return np.array([image.tobytes() not in held for image in images], bool)


def _check_alike(data: Images, other: Images) -> None:
    if other.shape != data.shape:
        raise ValueError(
            f"reconstruction: the other images have the shape {other.shape}, allowed is that of "
            f"the data, {data.shape}"
        )
    if other.classes > data.classes:
        raise ValueError(
            f"reconstruction: the other data have {other.classes} classes, allowed are at most "
            f"the {data.classes} of the data"
        )
