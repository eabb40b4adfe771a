"""What the figures of an informed adversary's reconstructions share."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from truthserum.plots import style
from truthserum.plots.intervals import Looks, over_arms

VIEW = "weights"
"""What the adversary sees where a figure shows one kind of it."""

VIEWS = (VIEW, "last_layer", "logits")
ORACLE = "oracle_known"
MEAN, NEAREST, CHANCE = "mean image", "nearest known image", "chance"
BLIND = "blind guess"
LOSS = "mae_plus_mse"
BEATS = "beats_known"
LINES: dict[str, dict[str, Any]] = {
    name: {"label": name, "linestyle": line}
    for name, line in ((MEAN, ":"), (NEAREST, "--"), (CHANCE, (0, (1, 4))), (BLIND, (0, (1, 4))))
}
"""Of references: each is a level without a colour."""
LABELS = {LOSS: "mean error (MAE + MSE)", BEATS: "beats the oracle"}


def named(rows: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """The rows with the baseline and the oracle named as they are in legends.

    Without those of the oracle that knows the records of shadow models alone.
    """
    names, rows = {baseline: MEAN, ORACLE: NEAREST}, rows[rows["attack"] != "oracle_shadows"]
    return rows.assign(attack=rows["attack"].replace(names))


def all_shadows(shadows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the table `shadows` with all shadow models of their arm."""
    return shadows[shadows["shadows"] == shadows.groupby("arm")["shadows"].transform("max")]


def counted(table: pd.DataFrame) -> str:
    """The numbers of targets and shadow models behind what the adversary makes of weights."""
    return style.counted(table, positives="targets", shadows="shadow models")


def series(table: pd.DataFrame) -> list[str]:
    """The reconstructors of a table whose references are named, in the order of their names."""
    return sorted(set(table["attack"]) - set(LINES))


def looks(table: pd.DataFrame, line: str = "none") -> dict[str, dict[str, Any]]:
    """Of the reconstructors of such a table: label, colour and marker, and the given line."""
    return {
        name: style.series_look(index) | {"label": name.replace("_", " "), "linestyle": line}
        for index, name in enumerate(series(table))
    }


def width(table: pd.DataFrame) -> float:
    """Inches of a panel in which the reconstructors stand side by side in each arm."""
    return max(2.4, 0.7 + table["arm"].nunique() * max(0.5, 0.18 * len(series(table))))


def candidates(table: pd.DataFrame) -> str:
    """The axis of a success with candidates, of which the table says how many there are."""
    return f"right one of {style.count_range(table['candidates'])} records"


def over_levels(
    axes: Axes, rows: pd.DataFrame, hue: str, looks: Looks, lines: Looks, table: pd.DataFrame
) -> None:
    """`over_arms` of the series that have looks, over references as short levels at each arm.

    These have their intervals, if any, behind them. lines: label and linestyle of each reference in
    the column `hue`.
    """
    positions = over_arms(axes, rows[rows[hue].isin(looks)], hue, looks, table)
    for name, line in lines.items():
        level = rows[rows[hue] == name]
        if level.empty:
            continue
        at, height = level["arm"].map(positions), level["high"] - level["low"]
        axes.hlines(level["value"], at - 0.4, at + 0.4, color="black", lw=1, **line)
        behind: dict[str, Any] = {"width": 0.8, "color": "black", "alpha": 0.1, "lw": 0}
        known = height.notna()
        axes.bar(at[known], height[known], bottom=level.loc[known, "low"], **behind)
