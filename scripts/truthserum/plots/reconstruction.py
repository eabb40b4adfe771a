"""What the figures of an informed adversary's reconstructions share."""

import pandas as pd
from matplotlib.axes import Axes

from truthserum.plots import style

VIEW = "weights"
"""What the adversary sees where a figure shows one kind of it."""

ORACLE = "oracle_fixed_and_shadows"
MEAN, NEAREST, CHANCE = "mean image", "nearest known image", "chance"
LOSS = "mae_plus_mse"
BEATS = "beats_fixed_and_shadows"
LINES = {MEAN: ":", NEAREST: "--", CHANCE: (0, (1, 4))}
COLOURS = (style.BLUE, style.ORANGE, "#009e73", "#cc79a7", "#d55e00", "#56b4e9")  # Okabe and Ito
AXES = {
    LOSS: "mean error (MAE + MSE)",
    BEATS: "beats the oracle",
    "test_accuracy": "test accuracy",
    "prior": "right candidate",
}


def named(rows: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """The rows with the baseline and the oracle named as they are in legends."""
    names = {baseline: MEAN, ORACLE: NEAREST}
    return rows.assign(attack=rows["attack"].replace(names))


def series(table: pd.DataFrame) -> list[str]:
    """The reconstructors of a table whose references are named."""
    return [name for name in table["attack"].unique() if name not in LINES]


def look(names: list[str], name: str) -> dict[str, str]:
    """Colour, marker and label of one of several reconstructors."""
    at = names.index(name)
    return {
        "color": COLOURS[at % len(COLOURS)],
        "marker": style.MARKERS[at % len(style.MARKERS)],
        "label": name.replace("_", " "),
    }


def levels(axes: Axes, positions: pd.Series, values: pd.Series, label: str) -> None:
    """A reference as a short level at each arm."""
    look = {"color": "black", "ls": LINES[label], "lw": 1, "label": label}
    axes.hlines(values, positions - 0.4, positions + 0.4, **look)
