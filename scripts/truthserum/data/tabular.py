"""The one in-memory form of a tabular data set, and its encoding as features of a model.

Raw rows are what an adversary knows and a secret is drawn from: one number a column, whether the
column is numeric or categorical. Models see encoded rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from truthserum.data.labelled import Labelled
from truthserum.storage.arrays import arrays_in, write_npz


@dataclass(frozen=True)
class Column:
    """A column: categorical if it has levels, of which a row holds the index; else numeric.

    Raises ValueError for a level that is there twice.
    """

    name: str
    levels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if repeated := {level for level in self.levels if self.levels.count(level) > 1}:
            raise ValueError(f"{self.name}: found {sorted(repeated)} repeated, allowed once each")

    @property
    def features(self) -> int:
        """How many features encode this column."""
        return len(self.levels) or 1

    def check(self, values: np.ndarray) -> None:
        """ValueError unless all values are finite and, of a categorical column, level indices."""
        if self.levels:
            bad = values[~np.isin(values, np.arange(len(self.levels)))]
            allowed = f"0 to {len(self.levels) - 1}, the index of a level"
        else:
            bad, allowed = values[~np.isfinite(values)], "finite numbers"
        if bad.size:
            raise ValueError(f"{self.name}: found {bad.flat[0]:g}, allowed {allowed}")


def check_rows(x: np.ndarray, columns: Sequence[Column]) -> None:
    """ValueError unless x is float32 [..., C] and holds what each of the C columns allows."""
    if x.dtype != np.float32 or x.shape[-1:] != (len(columns),):
        raise ValueError(f"rows: found {x.dtype} {x.shape}, allowed float32 [..., {len(columns)}]")
    for column, values in zip(columns, np.moveaxis(x, -1, 0), strict=True):
        column.check(values)


@dataclass(frozen=True, eq=False)
class Table(Labelled):
    """Labelled rows: train_x float32 [n, C] and test_x float32 [m, C], see `Column`.

    Raises ValueError if the arrays do not fit this description, each other or the C columns.
    """

    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if repeated := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"columns: found {sorted(repeated)} repeated, allowed once each")
        for part, x, _ in self.parts():
            if x.ndim != 2:
                raise ValueError(f"{part}_x: found {x.ndim} axes, allowed [n, {len(names)}]")
            try:
                check_rows(x, self.columns)
            except ValueError as error:
                raise ValueError(f"{part}_x: {error}") from error
        super().__post_init__()

    def save(self, path: Path) -> None:
        """Write an .npz, whole or not at all: the levels of all columns in a row, and how many."""
        counts = [len(column.levels) for column in self.columns]
        levels = [level for column in self.columns for level in column.levels]
        described = {
            "names": np.array([column.name for column in self.columns], str),
            "counts": np.array(counts, np.int64),
            "levels": np.array(levels, str),
        }
        arrays = {name: value for name, value in vars(self).items() if name != "columns"}
        write_npz(path, arrays | described)

    @classmethod
    def load(cls, path: Path) -> "Table":
        """Read what `save` wrote; DataError naming the file if it is something else."""
        with arrays_in(path, "table") as file:
            arrays = dict(file)
            names, counts, levels = (
                arrays.pop(key).tolist() for key in ("names", "counts", "levels")
            )
            if sum(counts) != len(levels):
                raise ValueError(f"found {len(levels)} levels, allowed {sum(counts)}")
            rest = iter(levels)
            columns = tuple(
                Column(name, tuple(next(rest) for _ in range(count)))
                for name, count in zip(names, counts, strict=True)
            )
            return cls(**arrays | {"classes": int(arrays["classes"]), "columns": columns})


def categorical(columns: Sequence[Column], name: str) -> int:
    """The position of a categorical column; ValueError, with the nearest name, if it is none."""
    allowed = [column.name for column in columns if column.levels]
    if name not in allowed:
        near = get_close_matches(name, allowed, n=1, cutoff=0)
        hint = f"; the nearest is {near[0]!r}" if near else ", of which there is none"
        raise ValueError(f"column: found {name!r}, allowed a categorical column{hint}")
    return [column.name for column in columns].index(name)


def with_column(x: np.ndarray, columns: Sequence[Column], name: str, value: int) -> np.ndarray:
    """A copy of the rows x [..., C] in which the categorical column `name` has level `value`.

    Raises ValueError for a column that does not exist or is not categorical, or an unknown level.
    """
    place = categorical(columns, name)
    columns[place].check(np.asarray(value))
    changed = x.copy()
    changed[..., place] = value
    return changed


@dataclass(frozen=True)
class Encoding:
    """Raw rows as features: categorical columns one-hot, numeric ones standardised.

    mean, std   of each numeric column, in the order of the columns
    The scale is that of public rows: if it were that of the rows trained on, whether one of them is
    there would move the features of all others, which clipping their gradients does not bound.

    The features of a column are adjacent, in the order of the columns (and of their levels).

    Raises ValueError unless each numeric column has a finite mean and a positive deviation.
    """

    columns: tuple[Column, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def __post_init__(self) -> None:
        numeric = sum(not column.levels for column in self.columns)
        for key in ("mean", "std"):
            values = getattr(self, key)
            if len(values) != numeric or not np.all(np.isfinite(values)):
                raise ValueError(f"{key}: found {values}, allowed {numeric} finite numbers")
        if not all(value > 0 for value in self.std):
            raise ValueError(f"std: found {self.std}, allowed positive numbers")

    @classmethod
    def of(cls, table: Table) -> "Encoding":
        """The encoding that a table's test rows define, which are public (a constant column: 0).

        ValueError if there are none.
        """
        if not len(table.test_x):
            raise ValueError("test_x: found no rows, allowed are one or more, to take the scale of")
        numeric = [not column.levels for column in table.columns]
        values = table.test_x[:, numeric].astype(np.float64)
        mean, std = values.mean(axis=0), values.std(axis=0)
        return cls(table.columns, tuple(mean.tolist()), tuple(np.where(std > 0, std, 1).tolist()))

    @property
    def slices(self) -> dict[str, slice]:
        """Name of each column -> its features."""
        ends = np.cumsum([column.features for column in self.columns]).tolist()
        return {
            column.name: slice(end - column.features, end)
            for column, end in zip(self.columns, ends, strict=True)
        }

    @property
    def features(self) -> int:
        """F, the number of features."""
        return sum(column.features for column in self.columns)

    def encode(self, x: np.ndarray) -> np.ndarray:
        """Rows float32 [..., C] -> features float32 [..., F]; ValueError for what is no row."""
        check_rows(x, self.columns)
        scales = iter(zip(self.mean, self.std, strict=True))
        parts = []
        for place, column in enumerate(self.columns):
            values = x[..., place, None]
            if column.levels:
                parts.append(values == np.arange(len(column.levels)))
            else:
                mean, std = next(scales)
                parts.append((values - mean) / std)
        return np.concatenate(parts, axis=-1, dtype=np.float32)
