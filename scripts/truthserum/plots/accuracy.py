"""What the poison costs: test accuracy, and how many of the poisons the models fit."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.special import stdtrit

from truthserum.plots import style
from truthserum.plots.tables import Spec, Tables

NEEDS = ("models",)
LABELS = {"test_accuracy": "test accuracy", "poison_accuracy": "share of poisons fitted"}
LEVEL = 0.95


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Accuracy of each model, and for each arm the mean with its 95 % interval over models.

    Columns factor, arm, measure, model (empty for a mean), value, low, high, models. Arms without
    poisons have no rows for 'poison_accuracy'.
    """
    frame = tables["models"]
    points = frame.melt(["factor", "arm", "model"], list(LABELS), var_name="measure")
    points = points.dropna(subset="value").assign(models=1)
    means = [
        {"factor": spec.factor, "arm": arm, "measure": measure} | mean_interval(rows["value"])
        for (measure, arm), rows in points.groupby(["measure", "arm"], sort=False)
    ]
    return pd.concat([pd.DataFrame(means), points], ignore_index=True).astype({"model": "Int64"})


def mean_interval(values: pd.Series) -> dict[str, float]:
    """Mean of n values with Student's 95 % interval; no interval for a single value."""
    count, mean = len(values), values.mean()
    half = stdtrit(count - 1, (1 + LEVEL) / 2) * values.std() / np.sqrt(count)
    return {"value": mean, "low": mean - half, "high": mean + half, "models": count}


@style.styled
def draw(table: pd.DataFrame) -> Figure:
    """A panel for each measure at hand: means with intervals, and a faint point for each model."""
    measures = [measure for measure in LABELS if (table["measure"] == measure).any()]
    room = 0.75 if style.joining_line(table["arm"]) == "none" else 0.5
    width = max(3.1, 0.6 + room * table["arm"].nunique())
    figure, panels = style.panels(len(measures), width, 2.0)
    for axes, measure in zip(panels, measures, strict=True):
        positions = style.arms_on_axis(axes, table)
        rows = table[table["measure"] == measure]
        _points(axes, rows[rows["model"].notna()], positions)
        means = rows[rows["model"].isna()]
        style.plot_estimates(
            axes,
            means["arm"].map(positions),
            means,
            0,
            linestyle=style.joining_line(table["arm"]),
            color=style.BLUE,
            marker="o",
            label="mean and 95 % interval",
        )
        if measure == "poison_accuracy":
            axes.set_ylim(-0.03, 1.03)  # where all are fitted, too, the axis is that of a share
        axes.set_ylabel(LABELS[measure])
        style.percent(axes.yaxis)
    means = table[table["model"].isna()]
    style.legend_below(figure, behind=style.counted(means, models="models"))
    return figure


def _points(axes: Axes, rows: pd.DataFrame, positions: dict[float | str, int]) -> None:
    """A faint dot for each model, spread sideways in the order of the models."""
    order = rows.groupby("arm")["model"].rank(method="first", pct=True)
    spread = rows["arm"].map(positions) + 0.3 * (order - 0.5)
    look = {"color": style.GREY, "alpha": 0.4, "markeredgewidth": 0, "label": "one model"}
    axes.plot(spread, rows["value"], ".", **look)
