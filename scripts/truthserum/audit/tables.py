"""A user's own tables: read as they are, or refused in one sentence."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from truthserum.data.files import DataError
from truthserum.sentences import listed, nearest, shown

FEWEST = 100  # records
MARKS = ";\t|"  # that others write between columns


def read_table(path: Path, where: str = "") -> pd.DataFrame:
    """A table as pandas reads it; DataError if it is none.

    where: what the error calls it, by its path if that is not said.
    """
    where = where or str(path)
    try:
        if path.suffix.lower() == ".parquet":
            return pd.read_parquet(path)
        table = pd.read_csv(path)
    except ImportError as error:
        raise DataError(
            f"{where}: found parquet without pyarrow, allowed is CSV or `pip install pyarrow`"
        ) from error
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise DataError(f"{where}: found the byte {byte:#x}, allowed is text in UTF-8") from error
    except (ValueError, pd.errors.ParserError) as error:
        raise DataError(f"{where}: found no table ({' '.join(str(error).split())})") from error
    (first, *others) = map(str, table.columns)
    if mark := next((mark for mark in MARKS if mark in first and not others), ""):
        raise DataError(f"{where}: found {shown(mark)} between columns, allowed is a comma")
    return table


def check_rows(count: int, where: str) -> None:
    """DataError for fewer records than can be audited."""
    if count < FEWEST:
        raise DataError(f"{where}: found {count} records, allowed are at least {FEWEST}")


def column(table: pd.DataFrame, name: str, where: str) -> pd.Series:
    """A column; DataError naming the nearest if there is none, or if there seem to be two."""
    if name not in table:
        names = [str(each) for each in table]
        raise DataError(
            f"{where}: found no column {shown(name)}{nearest(name, names)}, allowed are "
            f"{listed(names)}"
        )
    if f"{name}.1" in table:  # as pandas, and others, call the second of a name
        raise DataError(f"{where}: found the column {shown(name)} twice, allowed is once")
    return table[name]


def numbers(table: pd.DataFrame, names: Sequence[str], where: str) -> np.ndarray:
    """Columns as float64 [N, columns]; DataError for text, with the first that is no number."""
    for name in names:
        values = column(table, name, where)
        text = values[pd.to_numeric(values, errors="coerce").isna() & values.notna()]
        if len(text):
            raise DataError(
                f"{where}: found {shown(str(text.iloc[0]))} in the column {name}, allowed are "
                "numbers such as 0.25"
            )
    return table[list(names)].apply(pd.to_numeric).to_numpy(float)
