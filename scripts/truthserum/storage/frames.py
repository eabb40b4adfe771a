"""Tables from files."""

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
