"""Coins for models that others train: thrown before, handed out, and found again afterwards.

Of a model that is too dear to be trained twice, or in a place where this project cannot run: the
user trains on the records whose coin says so, and gives back predictions (the door `scores`).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from truthserum.audit.data.own import read
from truthserum.audit.options import Audit
from truthserum.seeds import Purpose, audit_seed, stream
from truthserum.storage.files import DataError


@dataclass(frozen=True)
class Tossed:
    """unit: int64 [N], equal for rows that are in or out together. member: bool [M, N].
    label: int64 [N], the class of each row.
    """

    unit: np.ndarray
    member: np.ndarray
    label: np.ndarray

    @classmethod
    def of(cls, audit: Audit) -> Self:
        """For the data of an audit: one model, or so many as it has; DataError as `own.read`."""
        assert audit.data is not None and audit.scores is not None  # no other audit has coins
        own = read(audit.data, audit.output if audit.scores.label is None else "probabilities")
        unit = own.unit
        return cls(unit, toss(unit, audit_seed(audit.seed), audit.models or 1), own.label)

    @property
    def first(self) -> np.ndarray:
        """The first row of each unit, int64 [U]: the others add no coin."""
        return np.sort(np.unique(self.unit, return_index=True)[1])

    @property
    def alone(self) -> np.ndarray:
        """Which of these have a coin of their own, bool [U]."""
        return np.bincount(self.unit)[self.unit[self.first]] == 1

    def table(self) -> pd.DataFrame:
        """A row for each record of the data: its number, and 1 where a model is given it."""
        models = len(self.member)
        names = ["include"] if models == 1 else [f"include_{k}" for k in range(models)]
        inside = dict(zip(names, self.member.astype(int), strict=True))
        return pd.DataFrame({"record": np.arange(len(self.unit)), **inside})

    def check(self, member: np.ndarray, label: np.ndarray) -> None:
        """DataError unless these members, bool [M, N], are those of the coins, row by row, and
        rows of one class have one label, text [N]: else answers are in another order than members.
        """
        if member.shape != self.member.shape:
            found, allowed = (
                f"{models} models on {records} records"
                for models, records in (member.shape, self.member.shape)
            )
            raise DataError(f"scores: found {found}, allowed are {allowed}, those of the coins")
        other = np.argwhere(member != self.member)
        if len(other):
            model, record = other[0]
            raise DataError(
                f"scores: found record {record} {'in' if member[model, record] else 'out'} for "
                f"model {model}, and {len(other) - 1} more unlike the coins, allowed are the coins "
                "of audit_coins, in the order of the data"
            )
        first = np.unique(self.label, return_index=True)[1][self.label]  # of the same class
        mixed = np.flatnonzero(label != label[first])
        if len(mixed):
            record, alike = mixed[0], first[mixed[0]]
            raise DataError(
                f"scores: found the class {label[record]} for record {record} and {label[alike]} "
                f"for record {alike}, which are of one class in the data, and {len(mixed) - 1} "
                "more such, allowed are rows in the order of the data"
            )


def toss(unit: np.ndarray, seed: int, models: int) -> np.ndarray:
    """Who is in, bool [M, N], by a fair coin for each unit and pair of models.

    Models 2k and 2k + 1 are complementary; the coins of a pair depend on (seed, k) alone.
    """
    held = []
    for k in range(-(-models // 2)):
        heads = stream(seed, Purpose.SECRETS, k).random(unit.max() + 1) < 0.5
        held += [heads[unit], ~heads[unit]]
    return np.array(held[:models])
