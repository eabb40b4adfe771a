"""Confidence on single targets, of models trained with them and without them."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from truthserum.plots import style
from truthserum.plots.tables import Spec, Tables, select
from truthserum.statistics.bins import bin_edges

NEEDS = ("scores",)
MOST_TARGETS = 4
BINS = 12
LOOKS = {
    1: {"color": style.ORANGE, "fill": True, "label": "trained on the target"},
    0: {"color": style.BLUE, "fill": False, "label": "not trained on the target"},
}
COLUMNS = ["factor", "arm", "target", "member", "model", "signal"]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Logit-scaled confidences of the first targets, one row per arm, target and model.

    Arms on other data have other targets.
    """
    rows = select(tables["scores"], mode=spec.modes)
    return rows.loc[_places(rows) < MOST_TARGETS, COLUMNS]


def _places(rows: pd.DataFrame) -> pd.Series:
    """The place of each row's target among the targets of its arm."""
    return rows.groupby("arm")["target"].transform(lambda targets: pd.factorize(targets)[0])


def draw(table: pd.DataFrame) -> Figure:
    """A row for each target, a column for each arm; histograms with one tick for each model."""
    places, arms = _places(table), list(table["arm"].unique())
    count = places.max() + 1
    width = min(style.WIDTH, max(4.2, 0.8 + 1.2 * len(arms)))
    figure = Figure(figsize=(width, 0.9 + 1.0 * count))
    panels = figure.subplots(count, len(arms), sharex="row", squeeze=False)
    for below, (_, shown) in zip(panels, table.groupby(places), strict=True):
        edges, several = bin_edges(shown["signal"].to_numpy(), BINS), shown["target"].nunique() > 1
        for axes, arm in zip(below, arms, strict=True):
            rows = shown[shown["arm"] == arm]
            if rows.empty:  # an arm with fewer targets
                axes.remove()
                continue
            _panel(axes, rows, edges)
            if several or arm == arms[0]:
                axes.set_ylabel(f"target {rows['target'].iloc[0]}")
    for axes, (arm, rows) in zip(panels[0], table.groupby("arm", sort=False), strict=True):
        note = style.share_note(rows).strip()
        axes.set_title(style.arm_label(rows["factor"].iloc[0], arm) + (note and f"\n{note}"))
    for axes in panels[-1]:
        axes.set_xlabel("logit confidence")
    style.legend_below(figure)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, edges: np.ndarray) -> None:
    """Density of one target's confidence in one arm, and under it one tick for each model."""
    bars = {"bins": edges, "stat": "density", "element": "step", "ax": axes}
    for member, look in LOOKS.items():
        signal = rows.loc[rows["member"] == member, "signal"]
        sns.histplot(x=signal, **bars, **look)
        # ticks of two lengths, for greyscale
        height = 0.14 if member else 0.07
        sns.rugplot(x=signal, height=height, color=look["color"], expand_margins=False, ax=axes)
    axes.set_ylim(-0.25 * axes.get_ylim()[1], None)
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.set(xlabel="", ylabel="", yticks=[])
    axes.grid(visible=False)
