"""Closed-form reconstruction: the error of each record against its residual."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from truthserum.closed_form.errors import RECOVERED
from truthserum.plots import style
from truthserum.plots.tables import Spec, Tables

NEEDS = ("records", "fits")
VARIANT = ["arm", "intercept", "loss"]
COLUMNS = ["factor", *VARIANT, "residual", "max_error", "gradient", "recovered"]
CONVENTION = "{} intercept, {} loss"
COLOURS = {
    CONVENTION.format(intercept, loss): colour
    for loss, colour in (("sum", style.BLUE), ("mean", style.ORANGE))
    for intercept in ("penalised", "free")
}
MARKERS = dict(zip(COLOURS, "os^D", strict=True))
# What float64 resolves of a residual, which is a difference of numbers up to 1.
FLOOR = np.finfo(float).eps / 2


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Residual and error of every record, attacked with the exact weights in float64.

    gradient: the largest coordinate of the fit's gradient, which rounding leaves.
    """
    exact = [
        frame[(frame["tolerance"] == 0) & (frame["published"] == "float64")]
        for frame in (tables["records"], tables["fits"])
    ]
    records, fits = exact
    return records.merge(fits[[*VARIANT, "gradient"]], on=VARIANT)[COLUMNS]


def draw(table: pd.DataFrame) -> Figure:
    """A panel for each arm, both axes logarithmic; a marker for each convention, one line each."""
    arms = list(table["arm"].unique())
    width = 2.4 if len(arms) == 3 else 3.1
    figure, panels = style.panels(len(arms), width, 2.1, sharex=True, sharey=True)
    for axes, arm in zip(panels, arms, strict=True):
        _panel(axes, table[table["arm"] == arm])
        axes.set_title(style.arm_label(table["factor"].iloc[0], arm))
        if style.place(axes).is_first_col():
            axes.set_ylabel("largest error of a feature")
    for axes in panels[-style.place(panels[0]).get_gridspec().ncols :]:  # nothing is below
        axes.set_xlabel("residual of the record")
        axes.xaxis.set_tick_params(labelbottom=True)
    shown = table.groupby(VARIANT).size().rename("records").reset_index()
    style.legend_below(figure, behind=style.counted(shown, records="records a convention"))
    return figure


def _panel(axes: Axes, table: pd.DataFrame) -> None:
    """Records of one arm, with what the theorem lets expect: gradient over residual."""
    axes.set(xscale="log", yscale="log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(numticks=6))
    axes.axhline(RECOVERED, color="0.4", lw=0.8, ls=":", label="1/510")
    residual = table["residual"].clip(lower=FLOOR)
    names = [
        CONVENTION.format(*each) for each in zip(table["intercept"], table["loss"], strict=True)
    ]
    shown = table.assign(residual=residual, expected=table["gradient"] / residual, convention=names)
    by = {"x": "residual", "hue": "convention", "palette": COLOURS, "ax": axes}
    points = {"style": "convention", "markers": MARKERS, "s": 18, "alpha": 0.6, "linewidth": 0}
    sns.scatterplot(shown, y="max_error", **by, **points)
    sns.lineplot(shown, y="expected", **by, estimator=None, lw=0.8, legend=False)
    axes.plot([], [], color="0.3", lw=0.8, label="gradient / residual")
