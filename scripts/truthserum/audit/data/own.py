"""A user's own records, as far as an audit must know them: classes, who is equal, whose rows.

What training is given stays as it is in the file (see `scripts/run_user.py`); here it is only
compared. N rows.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

import numpy as np
import pandas as pd

from truthserum.audit.data.arrays import read_arrays
from truthserum.audit.data.pictures import pictures
from truthserum.audit.data.tables import (
    check_cells,
    check_commas,
    check_rows,
    check_there,
    column,
    read_table,
    spelled,
    worded,
)
from truthserum.audit.data.units import check_units, units_of
from truthserum.audit.options import Data
from truthserum.data.equal import contents
from truthserum.sentences import listed, shown
from truthserum.storage.files import DataError

FEWEST_IN_CLASS, MOST_GROUPS = 4, 20
MOST_TOLD = 5  # classes in a sentence
DISTINCT = 0.9  # of a text column that looks like an identifier, unless it is of dates
DATE = (  # 1999-12-31, 31.12.99, 31 December 1999, Dec 31, 1999; no longer number, as of a phone
    r"(?:\d{4}|\d{1,2})([-./])\d{1,2}\1(?:\d{4}|\d{1,2})(?![-./\d])"
    r"|\d{1,2}\.? [^\W\d]+\.?,? \d{4}\b|[^\W\d]+\.? \d{1,2},? \d{4}\b"
)
CALLED_ID = re.compile(r"(?:(?<![a-z])id|[a-z]Id|ID)$|^Id$")  # of whole numbers that all differ
# Of Pillow, in which the same pixels may be stored: grey or not, with a palette, opaque.
PLAIN_MODES = {"1", "L", "LA", "P", "PA", "RGB"}
# Of a column of sentences, words that half of them have at least: of those that begin with a small
# letter, or of all. Names, addresses and numbers of phones and accounts have fewer of both.
PLAIN, LETTERED = (r"\b(?=[^A-Z])[^\W\d_]+", 3), (r"[^\W\d_]+", 6)


@dataclass(frozen=True)
class Own:
    """label: int64 [N], of `classes`, named as in the file; content: int64 [N], the same where rows
    are equal in what training is given; subject: int64 [N] or None.
    """

    label: np.ndarray
    classes: Sequence[str]
    content: np.ndarray
    subject: np.ndarray | None

    @property
    def unit(self) -> np.ndarray:
        """What is in or out together, int64 [N]: rows that are equal, and those of one subject."""
        return units_of(*(of for of in (self.content, self.subject) if of is not None))


def read(data: Data, output: str) -> Own:
    """The records; DataError, one sentence, for what cannot be audited.

    output: what models give; for a `signal` labels need not be classes.
    """
    if data.folder is not None:
        own = _folder(data.source)
    elif data.source.suffix.lower() == ".npz":
        own = _arrays(data.source, output)
    else:
        own = _table(read_table(data.source), data, output)
    _check_counts(own, output)
    return own


def coded(values: pd.Series, where: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Classes as numbers, in sorted order, and their names; DataError for missing values."""
    missing = np.flatnonzero(values.isna())
    if len(missing):
        raise DataError(
            f"{where}: found {len(missing)} rows without a label, the first of them record "
            f"{missing[0]}, allowed are none (a word such as NA or None is no label)"
        )
    code, names = pd.factorize(values, sort=True)
    return code.astype(np.int64), tuple(map(str, names))


def _table(table: pd.DataFrame, data: Data, output: str) -> Own:
    check_rows(len(table), "data")
    label = column(table, data.label, "data.label")
    for key, names in {"drop": data.drop, "keep": data.keep}.items():
        for name in names:
            check_there(table, name, f"data.{key}")
    subject = None
    if data.subject is not None:
        whose = column(table, data.subject, "data.subject")
        if missing := int(whose.isna().sum()):
            raise DataError(f"data.subject: found {missing} rows without one, allowed are none")
        subject = pd.factorize(whose.map(_plain))[0].astype(np.int64)
    given = table.drop(columns=[data.label, *data.hidden])
    _check_identifiers(given, data.keep)
    hashed = pd.util.hash_pandas_object(given, index=False).to_numpy()
    code, classes = _labels(label, "data.label", output)
    return Own(
        label=code,
        classes=classes,
        content=np.unique(hashed, return_inverse=True)[1],
        subject=subject,
    )


def _plain(whose: object) -> object:
    """A text without what nobody sees: white space around it, and how its accents are stored."""
    return normalize("NFC", whose).strip() if isinstance(whose, str) else whose


def _labels(values: pd.Series, where: str, output: str) -> tuple[np.ndarray, tuple[str, ...]]:
    code, classes = coded(values, where)
    if output == "signal" and len(classes) > MOST_GROUPS:  # a target, not a class
        return np.zeros_like(code), ("all",)
    return code, classes


def groups_of(file: Path, names: Sequence[str]) -> Mapping[str, np.ndarray]:
    """The groups of these columns of a table, text [N] by name; DataError if there are too many."""
    if not names:
        return {}
    table = read_table(file)
    return {name: group_of(column(table, name, "data.groups"), name) for name in names}


def group_of(values: pd.Series, name: str) -> np.ndarray:
    """The groups of a column as text [N]; DataError if there are too many."""
    found = worded(values)
    if found.nunique() > MOST_GROUPS:
        raise DataError(
            f"groups: found {found.nunique()} different values of {shown(name)}, allowed are at "
            f"most {MOST_GROUPS}"
        )
    return found.to_numpy(dtype=str)


def _check_identifiers(given: pd.DataFrame, kept: Sequence[str]) -> None:
    if given.shape[1] == 0:
        raise DataError("data: found no column beside the label, allowed is at least one")
    for name, values in given.items():
        check_cells(values, "data")
        text = not pd.api.types.is_numeric_dtype(values) and not isinstance(
            values.dtype, pd.CategoricalDtype
        )
        if text:
            words = values.dropna().map(str)
            looks = words.nunique() > DISTINCT * len(given) and _says_who(words)
        else:
            looks = _numbers_rows(values, bool(CALLED_ID.search(str(name))))
        if looks and name not in kept:
            if text:
                check_commas(values, "data")
            raise DataError(
                f"data: found the column {shown(str(name))}, which looks like an identifier: list "
                f"it under drop, as [{shown(str(name))}], or under keep if it is none"
            )


def _numbers_rows(values: pd.Series, called: bool) -> bool:
    """Whether numbers are whole, all different and, unless they are called an id, without gaps."""
    known = values.dropna()
    whole = pd.api.types.is_integer_dtype(known) or (
        pd.api.types.is_float_dtype(known) and bool((known % 1 == 0).all())
    )
    if not whole or len(known) <= DISTINCT * len(values):
        return False
    apart = np.diff(np.sort(known.to_numpy()))
    return bool(apart.all() if called else (apart == 1).all())


def _says_who(words: pd.Series) -> bool:
    """Whether texts that are nearly all different are neither dates nor sentences."""
    sentences = any(words.str.count(word).median() >= least for word, least in (PLAIN, LETTERED))
    return not sentences and not words.str.match(DATE).all()


def _arrays(path: Path, output: str) -> Own:
    x, y = read_arrays(path, "x", "y")
    if y.ndim != 1 or x.ndim < 2 or len(x) != len(y) or 0 in x.shape[1:]:
        raise DataError(
            f"{path}: found x {x.shape} and y {y.shape}, allowed are x [n, …] and y [n]"
        )
    code, classes = _labels(spelled(pd.Series(y)), f"{path}, y", output)
    return Own(code, classes, contents(x), None)


def classes_of(folder: Path, paths: Sequence[Path]) -> tuple[np.ndarray, tuple[str, ...]]:
    """The class of each image below a folder, int64 [N], and the names of all."""
    names = [path.relative_to(folder).parts[0] for path in paths]
    classes, code = np.unique(names, return_inverse=True)
    return code.astype(np.int64), tuple(map(str, classes))


def _folder(folder: Path) -> Own:
    from truthserum.data.pictures import BAD, Image  # here, since options are read where none is

    paths = pictures(folder)
    digests = []
    for path in paths:
        try:
            with Image.open(path) as image:
                seen = image.convert("RGBA") if image.mode in PLAIN_MODES else image
                pixels = f"{seen.mode} {seen.size} ".encode() + seen.tobytes()
        except BAD as error:
            raise DataError(f"{path}: found no image that Pillow can read ({error})") from error
        digests.append(hashlib.sha256(pixels).hexdigest())
    content = np.unique(digests, return_inverse=True)[1]
    return Own(*classes_of(folder, paths), content, None)


def _is_number(name: str) -> bool:
    try:
        return np.isfinite(float(name))
    except ValueError:
        return False


def _check_counts(own: Own, output: str) -> None:
    check_rows(len(own.label), "data")
    units = own.unit.max() + 1
    counts = np.bincount(np.unique(own.label * units + own.unit) // units)  # of each class
    if len(own.classes) == 1 and output != "signal":
        raise DataError(f"data.label: found one class, {own.classes[0]}, allowed are at least two")
    if len(rare := np.flatnonzero(counts < FEWEST_IN_CLASS)):
        few = [f"{own.classes[k]} ({counts[k]})" for k in rare[:MOST_TOLD]]
        more = f" and {len(rare) - MOST_TOLD} more" * (len(rare) > MOST_TOLD)
        many = len(own.classes) > MOST_GROUPS and all(map(_is_number, own.classes))
        numbers = "; for a number that is predicted say `output: signal`" if many else ""
        raise DataError(
            f"data.label: found {len(rare)} of {len(own.classes)} classes with fewer records, "
            f"{listed(few)}{more}, allowed are at least {FEWEST_IN_CLASS} of each (equal rows, and "
            f"those of one subject, count once){numbers}"
        )
    check_units(own.unit, "data")
