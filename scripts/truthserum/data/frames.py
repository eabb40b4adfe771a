"""Tables from files."""

from pathlib import Path

import pandas as pd

from truthserum.data.manifests import verified


def read_csv(path: Path) -> pd.DataFrame:
    """A table in which a word such as "none" is a word, and an empty cell is not a number."""
    return pd.read_csv(verified(path), keep_default_na=False, na_values=["", "nan"])
