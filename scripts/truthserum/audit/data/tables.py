"""A user's own tables: read as they are, or refused in one sentence."""

import warnings
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from truthserum.audit.data.counting import FEWEST, footer
from truthserum.sentences import listed, nearest, shown
from truthserum.storage.files import UNREADABLE, DataError, check_fits, is_file

MARKS = ";\t|"  # that others write between columns
# Else pandas reads a column in parts, so that 007 is a number in one of them and a word in another,
# and takes the first column for names of rows where rows end with a comma; and it unpacks what is
# packed, be it more than the memory.
AS_IT_IS: dict[str, Any] = {"low_memory": False, "index_col": False, "compression": None}
SEVERAL = (list, tuple, dict, set, np.ndarray)
MISSING = "missing"
TRUTH = ("TRUE", "true", "FALSE", "false")  # which pandas, having read them, spells True and False
# 12,5 and 1.234,50 as many countries write them, 1,234.50 as others do: to pandas each is a word.
NUMBER = r"[-+]?(?:\d+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+)(?:[.,]\d+)?"


def read_table(path: Path, where: str = "") -> pd.DataFrame:
    """A table as pandas reads it; DataError if it is none, or if it can be read in two ways.

    where: what the error calls it, by its path if that is not said.
    """
    where = where or str(path)
    if not is_file(path):  # a pipe would be waited for
        raise DataError(f"{where}: found no file, allowed is a table")
    try:
        check_fits(path, path.stat().st_size)
        return _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path, where)
    except ImportError as error:
        raise DataError(
            f"{where}: found parquet without pyarrow, allowed is CSV or `pip install pyarrow`"
        ) from error
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise DataError(f"{where}: found the byte {byte:#x}, allowed is text in UTF-8") from error
    except (*UNREADABLE, OSError, MemoryError) as error:
        raise DataError(f"{where}: found no table ({' '.join(str(error).split())})") from error


def _parquet(path: Path) -> pd.DataFrame:
    if said := footer(path):  # a million equal rows are a few bytes
        check_fits(path, 8 * said.num_rows * said.num_columns)
        check_fits(path, _bytes_of_texts(path))
    table = pd.read_parquet(path)
    named = {str(name): _counted(spelled(values)) for name, values in table.items()}
    return pd.DataFrame(named, table.index)


def _bytes_of_texts(path: Path) -> int:
    """How many bytes the texts of a parquet have once each row has its own: in the file equal ones
    may stand once.
    """
    from pyarrow import compute, parquet, types

    texts = (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary)
    schema, total = parquet.read_schema(path), 0
    names = [field.name for field in schema if any(is_text(field.type) for is_text in texts)]
    if not names:
        return 0
    for column in parquet.read_table(path, columns=names, read_dictionary=names).columns:
        for chunk in column.chunks:
            lengths = compute.binary_length(chunk.dictionary).take(chunk.indices)
            total += compute.sum(lengths.cast("int64")).as_py() or 0
    return total


def spelled(values: pd.Series) -> pd.Series:
    """A column in which bytes, as other writers leave texts, are the texts that they spell."""
    if values.dtype.kind not in "OS" or not any(isinstance(value, bytes) for value in values):
        return values
    return values.map(lambda v: v.decode(errors="backslashreplace") if isinstance(v, bytes) else v)


def _counted(values: pd.Series) -> pd.Series:
    """A column in which decimals, as databases leave sums of money, are the numbers that they are:
    to pandas each is an object, as a word is.
    """
    return pd.to_numeric(values) if pd.api.types.infer_dtype(values) == "decimal" else values


def _csv(path: Path, where: str) -> pd.DataFrame:
    # First of all, since commas in numbers are what columns between other marks are cut at.
    as_said = {"dtype": str, "keep_default_na": False, "compression": None}
    first = pd.read_csv(path, header=None, nrows=1, **as_said).iloc[0]
    if mark := next((mark for mark in MARKS if len(first) == 1 and mark in str(first[0])), ""):
        raise DataError(f"{where}: found {shown(mark)} between columns, allowed is a comma")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(path, **AS_IT_IS)
    except pd.errors.ParserWarning as error:
        raise DataError(
            f"{where}: found more values in a row than names in the first one, allowed are as many"
        ) from error
    names = first[first != ""]
    if len(again := names[names.duplicated()]):  # which pandas calls x and x.1
        raise DataError(f"{where}: found the column {shown(again.iloc[0])} twice, allowed is once")
    return table


def check_commas(values: pd.Series, where: str) -> None:
    """DataError for a column of words that are numbers, were it not for their commas."""
    words = values.dropna().map(str).str.strip()
    commas = words[words.str.contains(",", regex=False)]
    if len(commas) and words.str.fullmatch(NUMBER).all():
        raise DataError(
            f"{where}: found {shown(commas.iloc[0])} in the column {shown(str(values.name))}, "
            "allowed are numbers such as 0.25 (as words: list the column under keep)"
        )


def check_rows(count: int, where: str) -> None:
    """DataError for fewer records than can be audited."""
    if count < FEWEST:
        raise DataError(f"{where}: found {count} records, allowed are at least {FEWEST}")


def column(table: pd.DataFrame, name: str, where: str) -> pd.Series:
    """A column; DataError if there is none (see `check_there`), or where its values are lists."""
    check_there(table, name, where)
    check_cells(table[name], where)
    return table[name]


def check_there(table: pd.DataFrame, name: str, where: str) -> None:
    """DataError, naming the nearest, for a column that is not there."""
    if name not in table:
        names = [str(each) for each in table]
        raise DataError(
            f"{where}: found no column {shown(name)}{nearest(name, names)}, allowed are "
            f"{listed(names)}"
        )


def check_cells(values: pd.Series, where: str) -> None:
    """DataError where a cell holds several values, as in parquet it may."""
    if values.dtype == object and any(isinstance(value, SEVERAL) for value in values):
        raise DataError(
            f"{where}: found lists in the column {shown(str(values.name))}, allowed is one value "
            "a row; list it under drop, or give arrays (.npz)"
        )


def worded(values: pd.Series) -> pd.Series:
    """A column as text, in which what is missing is a word of its own."""
    return values.astype(object).where(values.notna(), MISSING).map(str)


def with_classes(table: pd.DataFrame, classes: Collection[str], prefix: str = "") -> pd.DataFrame:
    """The same columns by names that are text, and truth values among them spelled as classes are:
    a file in which labels are TRUE has a column TRUE for them, and the class is True.
    """
    names = [str(name) for name in table]
    for word in TRUTH:
        own, meant = prefix + word, prefix + word.title()
        if own in names and word.title() in classes and meant not in names:
            names[names.index(own)] = meant
    return table.set_axis(names, axis=1)


def numbers(table: pd.DataFrame, names: Sequence[str], where: str) -> np.ndarray:
    """Columns as float64 [N, columns]; DataError for text, with the first that is no number."""
    return np.column_stack([_number(column(table, name, where), where) for name in names])


def _number(values: pd.Series, where: str) -> np.ndarray:
    try:
        found = pd.to_numeric(values, errors="coerce")
        text = values[found.isna() & values.notna()]
        if not len(text):
            return found.to_numpy(float, na_value=np.nan)
    except OverflowError:  # hundreds of digits
        text = values
    raise DataError(
        f"{where}: found {shown(str(text.iloc[0]))} in the column {values.name}, allowed are "
        "numbers such as 0.25"
    )
