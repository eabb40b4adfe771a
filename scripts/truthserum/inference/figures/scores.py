"""Confidence on single targets, of models trained with them and without them."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from truthserum.plots import style
from truthserum.plots.tables import Spec, Tables, select

NEEDS = ("scores",)
MOST_TARGETS = 4
BINS = 12
COLUMNS = ["factor", "arm", "target", "member", "model", "signal"]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Logit-scaled confidences of the first targets, one row per arm, target and model."""
    rows = select(tables["scores"], mode=spec.mode)
    shown = rows["target"].unique()[:MOST_TARGETS]
    return select(rows, target=shown)[COLUMNS]


@style.styled
def draw(table: pd.DataFrame) -> Figure:
    """A row for each target, a column for each arm; histograms with one tick for each model."""
    targets, arms = list(table["target"].unique()), list(table["arm"].unique())
    width = min(style.WIDTH, max(4.2, 0.8 + 1.2 * len(arms)))
    figure = Figure(figsize=(width, 0.9 + 1.0 * len(targets)))
    panels = figure.subplots(len(targets), len(arms), sharex="row", squeeze=False)
    edges = {
        target: np.histogram_bin_edges(rows["signal"], bins=BINS)
        for target, rows in table.groupby("target")
    }
    for (i, j), axes in np.ndenumerate(panels):
        shown = table[(table["target"] == targets[i]) & (table["arm"] == arms[j])]
        _panel(axes, shown, edges[targets[i]])
    for axes, (arm, rows) in zip(panels[0], table.groupby("arm", sort=False), strict=True):
        note = style.share_note(rows).strip()
        axes.set_title(style.arm_label(rows["factor"].iloc[0], arm) + (note and f"\n{note}"))
    for axes, target in zip(panels[:, 0], targets, strict=True):
        axes.set_ylabel(f"target {target}")
    for axes in panels[-1]:
        axes.set_xlabel("logit confidence")
    style.legend_below(figure)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, edges: np.ndarray) -> None:
    """Density of one target's confidence in one arm, and under it one tick for each model."""
    member, other = (rows.loc[rows["member"] == is_in, "signal"] for is_in in (1, 0))
    shade = {"color": style.ORANGE, "alpha": 0.7, "label": "trained on the target"}
    axes.hist(member, bins=edges, density=True, histtype="stepfilled", **shade)
    line = {"color": style.BLUE, "lw": 1.2, "label": "not trained on the target"}
    axes.hist(other, bins=edges, density=True, histtype="step", **line)
    unit = axes.get_ylim()[1] / 10
    axes.plot(member, np.full(len(member), -unit), "|", color=style.ORANGE)
    axes.plot(other, np.full(len(other), -2 * unit), "|", color=style.BLUE)
    axes.set_ylim(-3 * unit, None)
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.set_yticks([])
    axes.grid(visible=False)
