"""What the stages ask of a game."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from truthserum.data.images import Images
from truthserum.data.tabular import Column, Table


@dataclass(frozen=True, eq=False)
class Design:
    """What is fixed for every model of an arm, before any is trained.

    Rows are those of the training data, 0 to N - 1, then the extra ones, N to N + E - 1.

    pool: int64 [n], the rows of the data that are divided among the models, an even number, no two
    with equal features (see `truthserum.data.equal`).
    targets: int64 [T], rows of the data whose secrets are attacked. labels: int64 [T], what the
    poisons of each target claim.
    extra_x [E, ...], extra_y int64 [E]: the extra rows. extra_of: int64 [E], the index into
    `targets` that each poison is aimed at, -1 for those at no target. A poison with the true label
    equals its target: a control in which membership is that of one more copy.
    asked: int64 [P], ascending, the rows that every model is asked about. record: int64 [P], the
    row of the data that each asked row is a version of: itself, or, where the secret is one of
    several values, the target that it is a candidate of; the candidates of one target are rivals.
    prior: float64 [P], log probability of each candidate among its rivals for an adversary without
    models. true: bool [P], whether the version is that in the data.

    Raises ValueError if these do not fit each other.
    """

    pool: np.ndarray
    targets: np.ndarray
    labels: np.ndarray
    extra_x: np.ndarray
    extra_y: np.ndarray
    extra_of: np.ndarray
    asked: np.ndarray
    record: np.ndarray
    prior: np.ndarray
    true: np.ndarray

    def __post_init__(self) -> None:
        if len(self.pool) % 2 or len(np.unique(self.pool)) != len(self.pool):
            raise ValueError("design: the pool is not an even number of different rows")
        if len(self.labels) != len(self.targets):
            raise ValueError(f"design: {len(self.labels)} labels for {len(self.targets)} targets")
        if not len(self.extra_x) == len(self.extra_y) == len(self.extra_of):
            raise ValueError("design: extra_x, extra_y and extra_of differ in length")
        if not len(self.asked) == len(self.record) == len(self.prior) == len(self.true):
            raise ValueError("design: asked, record, prior and true differ in length")
        if not (np.diff(self.asked) > 0).all():
            raise ValueError("design: the rows that are asked about are not in ascending order")
        if not np.isin(self.targets, self.record).all():
            raise ValueError("design: some targets are not among the rows that are asked about")

    def joined(self, data: Images | Table) -> tuple[np.ndarray, np.ndarray]:
        """All rows [N + E, ...], the extra ones behind those of the data, and their labels."""
        x = np.concatenate([data.train_x, self.extra_x])
        return x, np.concatenate([data.train_y, self.extra_y])

    @property
    def attacked(self) -> np.ndarray:
        """The asked rows that are versions of a target, target by target, int64 [A] into `asked`"""
        order = np.argsort(self.record, kind="stable")
        record = self.record[order]
        first, stop = (np.searchsorted(record, self.targets, side) for side in ("left", "right"))
        return order[np.concatenate([np.arange(*ends) for ends in zip(first, stop, strict=True)])]


def even(rows: np.ndarray) -> np.ndarray:
    """All of the rows, but for the last one of an odd number."""
    return rows[: len(rows) // 2 * 2]


def without_rivals(asked: np.ndarray) -> dict[str, np.ndarray]:
    """The fields of a design in which each asked row is the only version of itself."""
    size = len(asked)
    return {"asked": asked, "record": asked, "prior": np.zeros(size), "true": np.ones(size, bool)}


class Game(Protocol):
    """A game is a frozen dataclass of its options with these six methods."""

    def check(self, size: int, columns: Sequence[Column]) -> None:
        """Refuse data of `size` rows and these columns (none for images) with a ValueError."""

    def values(self, columns: Sequence[Column]) -> int:
        """How many values a secret has: so many models in a row hold each of them once."""

    def others(self, size: int) -> int:
        """How many of `size` rows, at most, the models are asked about besides the targets'."""

    def rows(self, size: int, columns: Sequence[Column]) -> int:
        """How many rows each model trains on, of `size` rows that all differ, else fewer."""

    def design(self, data: Images | Table, seed: int) -> Design:
        """Draw the targets and poisons for the training part of Images or a Table."""

    def trained(self, size: int, design: Design, seed: int, models: Sequence[int]) -> np.ndarray:
        """Which rows each of `models` trains on, as many in each: bool [K, size + E]."""


def rows_of(trained: np.ndarray) -> np.ndarray:
    """The rows that each model trains on, ascending: bool [K, N + E] -> int64 [K, n].

    Raises ValueError if the models do not train on as many rows each.
    """
    counts = np.unique(trained.sum(axis=1))
    if len(counts) != 1:
        raise ValueError(f"trained: found {counts[0]} to {counts[-1]} rows, allowed is one number")
    return np.nonzero(trained)[1].reshape(len(trained), -1)
