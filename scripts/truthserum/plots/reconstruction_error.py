"""Error of each reconstructor against the swept factor, for each kind of what is seen."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from truthserum.plots import reconstruction, style
from truthserum.plots.tables import ESTIMATE, Spec, Tables, select

NEEDS = ("metrics",)
COLUMNS = ["factor", "arm", "group", "attack", "measure", *ESTIMATE]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """MAE + MSE of every reconstructor and of the references, for each arm and view (`group`)."""
    rows = select(tables["metrics"], mode=spec.mode, measure=reconstruction.LOSS)
    rows = rows[rows["attack"] != "oracle_shadows"]
    return reconstruction.named(rows, spec.baseline_attack)[COLUMNS]


@style.styled
def draw(table: pd.DataFrame) -> Figure:
    """A panel for each view, from zero."""
    views = list(table["group"].unique())
    width = max(1.9, 0.7 + 0.5 * table["arm"].nunique())
    figure = Figure(figsize=(1.5 + width * len(views), 3.0))
    panels = figure.subplots(1, len(views), sharey=True, squeeze=False)[0]
    for axes, view in zip(panels, views, strict=True):
        _panel(axes, table[table["group"] == view], reconstruction.series(table))
        axes.set_title(view.replace("_", " "))
    for axes in panels[1:]:
        axes.set_ylabel("")
    # the frame of all panels holds the highest of all
    panels[0].set_ylim(0, 1.05 * np.nanmax(table[["value", "high"]].to_numpy()))
    style.legend_below(figure)
    return figure


def _panel(axes: Axes, table: pd.DataFrame, names: list[str]) -> None:
    """One view: markers with intervals, side by side, between mean image and oracle."""
    places = table["arm"].map(style.arms_on_axis(axes, table))
    for name, rows in table.groupby("attack", sort=False):
        at = places[rows.index]
        if name in reconstruction.LINES:
            reconstruction.levels(axes, at, rows["value"], name)
        else:
            beside = at + 0.12 * (names.index(name) - (len(names) - 1) / 2)
            look = reconstruction.look(names, name)
            style.plot_estimates(axes, beside, rows, 0, linestyle="none", **look)
    axes.set_ylabel(reconstruction.AXES[reconstruction.LOSS])
