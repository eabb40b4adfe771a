"""Every measure side by side: those that the swept factor moves, and those that it does not."""

import pandas as pd

from truthserum.inference.figures import forest
from truthserum.plots.tables import Spec, Tables

NEEDS = ("metrics",)

draw = forest.draw


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """All measures of the attack on the targets, for each arm."""
    return forest.table(tables, spec, list(forest.CHANCE))
