"""A user's own records as a data set of this project, which our trainer takes.

Numbers are standardised by the mean and deviation of all records of the file, and words become
indicators of all words of the file, so that features do not depend on who is in a training set. A
missing number is the mean, and an indicator says so; a missing word is a word of its own.
"""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from truthserum.audit.data.arrays import read_arrays
from truthserum.audit.data.own import Own, classes_of, read
from truthserum.audit.data.pictures import pictures
from truthserum.audit.data.tables import MISSING, check_commas, column, read_table, worded
from truthserum.audit.options import Data
from truthserum.data.images import Images
from truthserum.data.pictures import picture
from truthserum.data.tabular import Column, Table
from truthserum.sentences import shown
from truthserum.storage.files import DataError

MOST_LEVELS = 100  # of a column of words
MOST_SECRETS = 20  # of one that is protected
COLOURS = 3
MOST_READ = 1000  # images of a folder, by what stands in for all


def prepared(data: Data, own: Own) -> Images | Table:
    """The records, in the order of the user's file; test records are all of them, too.

    What is done to a table is done by its test records, which are public by definition.
    DataError, one sentence, for records that our models cannot take.
    """
    if data.folder is not None:
        x = _images(data.source, data.size)
        return Images(x, own.label, x, own.label, len(own.classes))
    frame = _arrays(data.source) if data.source.suffix.lower() == ".npz" else _given(data)
    for name, values in frame.items():
        if name not in data.keep and not pd.api.types.is_numeric_dtype(values):
            check_commas(values, "data")
    parts = [part for name, values in frame.items() for part in _columns(str(name), values)]
    return _table(parts, own)


def stand_in(data: Data) -> Images | Table:
    """What stands in for the records before an audit has read them: a table as it is.

    Of a folder images made up for some, the first one as it is. To read all takes as long as an
    audit's first job, which does and tells what is wrong with them.
    """
    if data.folder is None:
        return prepared(data, read(data, "probabilities"))
    paths = pictures(data.source)
    label, names = classes_of(data.source, paths)
    some = np.unique(np.linspace(0, len(paths) - 1, MOST_READ).astype(int))
    shape = COLOURS, data.size, data.size
    x = np.random.default_rng(len(paths)).integers(0, 256, (len(some), *shape), dtype=np.uint8)
    x[0] = _pixels(paths[0], shape)
    return Images(x, label[some], x, label[some], len(names))


def surroundings(data: Data, own: Own, protect: str) -> Table:
    """What somebody knows who guesses a column of a table, which is one of words here.

    Columns that our models do not take tell nothing. DataError, one sentence, for a column that is
    not there, or that has other than 2 to `MOST_SECRETS` values.
    """
    frame = _given(data)
    frame[protect] = _secret(frame, protect)
    parts: list[tuple[Column, np.ndarray]] = []
    for name, values in frame.items():
        with suppress(DataError):
            parts += _columns(str(name), values)
    return _table(parts, own)


def secret_of(data: Data, protect: str) -> pd.Series:
    """A protected column as words, text [N]; DataError as of `surroundings`."""
    return _secret(_given(data), protect)


def versions(table: Table, rows: np.ndarray, lenders: np.ndarray, name: str) -> np.ndarray:
    """These rows with a column of the user's as other rows have it: float32 [Q, C].

    rows, lenders: int64 [Q].
    """
    of = name, _indicator(name)
    places = np.flatnonzero([each.name in of for each in table.columns])
    found = table.train_x[rows]
    found[:, places] = table.train_x[np.ix_(lenders, places)]
    return found


def _table(parts: list[tuple[Column, np.ndarray]], own: Own) -> Table:
    columns, values = zip(*parts, strict=True)
    x = np.column_stack(values).astype(np.float32)
    return Table(x, own.label, x, own.label, len(own.classes), columns)


def _images(folder: Path, size: int) -> np.ndarray:
    """Squares of so many pixels a side, uint8 [N, colours, size, size]."""
    paths, sides = pictures(folder), []
    for path in paths:
        with Image.open(path) as image:
            sides.append(min(image.size))
    least = int(np.argmin(sides))
    if sides[least] < size:
        raise DataError(
            f"data.size: found {size}, allowed are at most {sides[least]} pixels, the shorter side "
            f"of {paths[least]}"
        )
    shape = (COLOURS, size, size)
    return np.stack([_pixels(path, shape) for path in paths])


def _pixels(path: Path, shape: tuple[int, int, int]) -> np.ndarray:
    return np.asarray(picture(str(path), shape)).transpose(2, 0, 1)


def _indicator(name: str) -> str:
    """The column that says where a number is missing."""
    return f"{name} ({MISSING})"


def _arrays(path: Path) -> pd.DataFrame:
    x, _ = read_arrays(path, "x", "y")
    if x.ndim != 2 or x.dtype.kind not in "fiub":
        raise DataError(
            f"{path}: found x {x.dtype} {list(x.shape)}, allowed for our models are numbers "
            "[n, features], or a folder of images"
        )
    return pd.DataFrame(x.astype(float))


def _given(data: Data) -> pd.DataFrame:
    return read_table(data.source).drop(columns=[data.label, *data.hidden])


def _secret(given: pd.DataFrame, name: str) -> pd.Series:
    values = column(given, name, "protect")
    words = worded(values)
    if not 2 <= words.nunique() <= MOST_SECRETS:
        numbers = pd.api.types.is_numeric_dtype(values) and words.nunique() > MOST_SECRETS
        hint = ": add a column with classes of these numbers, and drop this one" if numbers else ""
        raise DataError(
            f"protect: found {words.nunique()} different values of {shown(name)}, allowed are 2 to "
            f"{MOST_SECRETS}{hint}"
        )
    return words


def _columns(name: str, values: pd.Series) -> list[tuple[Column, np.ndarray]]:
    """A column as one of our tables has it, and whether it is missing if it ever is."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return _numbers(name, values)
    codes, levels = pd.factorize(worded(values), sort=True)
    if len(levels) > MOST_LEVELS:
        raise DataError(
            f"data: found {len(levels)} different words in the column {shown(name)}, allowed for "
            f"our models are at most {MOST_LEVELS}: list it under drop"
        )
    return [(Column(name, tuple(levels)), codes)]


def _numbers(name: str, values: pd.Series) -> list[tuple[Column, np.ndarray]]:
    numbers = values.to_numpy(float, na_value=np.nan)
    missing = np.isnan(numbers)
    if np.isinf(numbers).any() or missing.all():
        what = "no number" if missing.all() else "an infinite number"
        raise DataError(
            f"data: found {what} in the column {shown(name)}, allowed are finite numbers"
        )
    # Scaled here, in float64: rows are kept in float32, in which large numbers would be alike. By a
    # power of two first, which changes no digit, since squares of the largest are infinite.
    numbers = np.ldexp(numbers, -np.frexp(np.nanmax(np.abs(numbers)))[1])
    mean, deviation = np.nanmean(numbers), np.nanstd(numbers)
    scaled = np.where(missing, 0, (numbers - mean) / (deviation or 1))
    found = [(Column(name), scaled)]
    if missing.any():
        found.append((Column(_indicator(name), ("no", "yes")), missing.astype(float)))
    return found
