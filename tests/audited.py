"""The example of an audit as its earlier stages write it, and a larger table of records."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from truthserum import audit, report
from truthserum.storage.frames import read_csv

EXAMPLE = Path(__file__).parent / "audit" / "example"
FOLDERS = Path(report.__file__).parent, Path(audit.__file__).with_name("report")
PAGES = [path for folder in FOLDERS for path in (folder / "page").iterdir()]
"""The templates, styles and words of the page."""


def claims(**more):
    """The content of claims.json; more: keys to replace."""
    return json.loads((EXAMPLE / "claims.json").read_text("utf-8")) | more


def table(name):
    """A table beside it: records, roc or scores."""
    return read_csv(EXAMPLE / f"{name}.csv")


def records(count=5000, seed=3):
    """A table of so many records, of which the first 23 are named."""
    random = np.random.default_rng(seed)
    wins = np.where(np.arange(count) < 23, 16, random.binomial(15, 0.6, count))
    low = 0.6 * wins / 16
    return pd.DataFrame(
        {
            "record": random.permutation(count),
            "class": np.where(random.random(count) < 0.3, "bad", "good"),
            "groups": np.where(random.random(count) < 0.5, '{"sex": "f"}', '{"sex": "m"}'),
            "wins": wins,
            "pairs": 16,
            "p": 2.0**-wins,
            "named": np.arange(count) < 23,
            "tpr": wins / 16,
            "low": low,
            "high": np.minimum(1, low + 0.4),
        }
    )
