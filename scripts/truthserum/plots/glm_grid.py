"""Closed-form reconstruction, seen: best, median and worst records at each published precision."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from truthserum.plots import pixels, style
from truthserum.plots.tables import Spec, Tables

NEEDS = ("images",)
PLACE = ["arm", "rank", "published"]
COLUMNS = ["factor", *PLACE, "residual", "max_error", "row", "column"]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Pixels of the records shown; `pixel` is the target's where `published` is 'target'."""
    frame = tables["images"]
    first = frame.drop_duplicates(["arm", "rank", "row", "column"])
    targets = first.assign(published="target", pixel=first["original"], max_error=0.0)
    found = frame.assign(pixel=frame["reconstruction"])
    return pd.concat([targets, found], ignore_index=True)[[*COLUMNS, "pixel"]]


@style.styled
def draw(table: pd.DataFrame) -> Figure:
    """Rows: the target, and its reconstruction at each precision. Columns: ranks of each arm."""
    kinds = list(table["published"].unique())
    shown = list(table[["arm", "rank"]].drop_duplicates().itertuples(index=False, name=None))
    figure = Figure(figsize=(0.7 + 0.62 * len(shown), 0.7 + 0.78 * len(kinds)))
    panels = figure.subplots(len(kinds), len(shown), squeeze=False)
    images = dict(iter(table.groupby(PLACE, sort=False)))
    for (i, j), axes in np.ndenumerate(panels):
        rows = images[*shown[j], kinds[i]]
        pixels.show(axes, rows.pivot(index="row", columns="column", values="pixel").to_numpy())
        number = rows["residual" if i == 0 else "max_error"].iloc[0]
        axes.set_xlabel(f"{'r = ' if i == 0 else ''}{number:.0e}", fontsize=6, labelpad=1)
    factor = table["factor"].iloc[0]
    for axes, (arm, rank) in zip(panels[0], shown, strict=True):
        middle = f"{style.arm_label(factor, arm)}\n" if rank == "median" else "\n"
        axes.set_title(f"{middle}{rank}", fontsize=7)
    for axes, kind in zip(panels[:, 0], kinds, strict=True):
        axes.set_ylabel(kind.replace(" ", "\n"), fontsize=7)
    return figure
