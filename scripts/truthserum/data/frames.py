"""Tables from files."""

from pathlib import Path

import pandas as pd


def read_csv(path: Path) -> pd.DataFrame:
    """A table in which a word such as "none" is a word, and an empty cell is not a number."""
    return pd.read_csv(path, keep_default_na=False, na_values=["", "nan"])
