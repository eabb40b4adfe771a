"""Closed-form reconstruction, seen: best, median and worst records at each published precision."""

import pandas as pd
from matplotlib.figure import Figure

from truthserum.plots import pixels
from truthserum.plots.tables import Spec, Tables

NEEDS = ("images",)
TARGET = "target"
PLACE = ["arm", "rank", "published"]
COLUMNS = ["factor", *PLACE, "residual", "max_error", "row", "column"]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Pixels of the records shown; `pixel` is the target's where `published` is 'target'."""
    frame = tables["images"]
    first = frame.drop_duplicates(["arm", "rank", "row", "column"])
    targets = first.assign(published=TARGET, pixel=first["original"], max_error=0.0)
    found = frame.assign(pixel=frame["reconstruction"])
    return pd.concat([targets, found], ignore_index=True)[[*COLUMNS, "pixel"]]


def draw(table: pd.DataFrame) -> Figure:
    """Rows: the target, and its reconstruction at each precision. Columns: ranks of each arm."""
    kinds = list(table["published"].unique())
    names = {kind: kind.replace(" ", "\n") for kind in kinds}
    figure, panels = pixels.gallery(table, list(names.values()), (0.54, 0.72))
    for (arm, rank, kind), rows in table.groupby(PLACE, sort=False):
        axes = panels[(arm, rank), names[kind]]
        pixels.show(axes, rows.pivot(index="row", columns="column", values="pixel").to_numpy())
        target = kind == TARGET
        number = rows["residual" if target else "max_error"].iloc[0]
        label = f"r = {number:.0e}" if target else f"{number:.0e}"
        axes.set_xlabel(label, fontsize=6, labelpad=1)
    return figure
