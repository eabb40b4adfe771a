"""A protected column, as far as models are asked about it: whose value is guessed, and of what.

A record with another value is a row and the row that lends it its value, as a record with another
label is a row and that of its label: so every kind of value stays as it is in the user's file.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from truthserum.seeds import Purpose, stream
from truthserum.storage.arrays import read_npz, write_npz

MOST = 1000  # records whose value is guessed


@dataclass(frozen=True)
class Protected:
    """rows: int64 [T], whose value is guessed. value: int64 [T], the true one. lenders: int64 [V],
    a row that has each value. prior: float64 [T, V], log probability of each value by all other
    columns.
    """

    rows: np.ndarray
    value: np.ndarray
    lenders: np.ndarray
    prior: np.ndarray

    @classmethod
    def load(cls, path: Path) -> "Protected":
        """That of a file."""
        found = read_npz(path)
        return cls(**{name: found[name] for name in cls.__dataclass_fields__})

    def save(self, path: Path) -> None:
        """Keep it."""
        write_npz(path, vars(self))

    @property
    def asked(self) -> np.ndarray:
        """Each row once for every value, those of a row together: int64 [T V]."""
        return np.repeat(self.rows, len(self.lenders))

    @property
    def lent(self) -> np.ndarray:
        """The row whose value each of those is given: int64 [T V]."""
        return np.tile(self.lenders, len(self.rows))


def targets(asked: np.ndarray, seed: int) -> np.ndarray:
    """Whose value is guessed: at most `MOST` of the rows that are asked about, ascending."""
    return np.sort(stream(seed, Purpose.VALUES).permutation(asked)[:MOST])
