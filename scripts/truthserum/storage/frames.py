"""Tables from files, and to them."""

import csv
from pathlib import Path

import pandas as pd

from truthserum.storage.files import DataError
from truthserum.storage.manifests import verified

NAMES = ("experiment", "arm", "reference", "attack")
"""Columns of names, which are text even where every one of them could be a number."""


def read_csv(path: Path) -> pd.DataFrame:
    """A table in which a word such as "none" is a word, and an empty cell is not a number.

    Raises DataError naming the file if it is none, such as an empty one.
    """
    try:
        return pd.read_csv(
            verified(path),
            keep_default_na=False,
            na_values=["", "nan"],
            dtype=dict.fromkeys(NAMES, "str"),
        )
    except ValueError as error:  # pandas names no file
        said = str(error).strip()
        raise DataError(f"{path}: found no table ({said}), allowed is CSV in UTF-8") from None


def write_text(path: Path, table: pd.DataFrame) -> None:
    """Write a table of anybody's texts as CSV, so that every program reads as many rows.

    A lone carriage return ends a row unless it is quoted, as Python does from 3.13 on alone.
    """
    words = table.select_dtypes(exclude=["number", "bool"])
    lone = any("\r" in str(each) for name, column in words.items() for each in (name, *column))
    quoting = csv.QUOTE_NONNUMERIC if lone else csv.QUOTE_MINIMAL
    table.to_csv(path, index=False, encoding="utf-8", quoting=quoting)
