"""Every measure side by side: those that the swept factor moves, and those that it does not."""

import pandas as pd
from matplotlib.figure import Figure

from truthserum.inference.figures import forest
from truthserum.plots.tables import Spec, Tables

NEEDS = ("metrics",)


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """All measures of the attack on the targets, for each arm."""
    return forest.table(tables, spec, list(forest.CHANCE))


def draw(table: pd.DataFrame) -> Figure:
    """Up to four panels in a row."""
    return forest.draw(table)
