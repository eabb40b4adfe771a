"""What the figures of an informed adversary's reconstructions share."""

import pandas as pd
from matplotlib.axes import Axes

from truthserum.plots import style

VIEW = "weights"
"""What the adversary sees where a figure shows one kind of it."""

VIEWS = (VIEW, "last_layer", "logits")
ORACLE = "oracle_known"
MEAN, NEAREST, CHANCE = "mean image", "nearest known image", "chance"
BLIND = "blind guess"
LOSS = "mae_plus_mse"
BEATS = "beats_known"
LINES = {MEAN: ":", NEAREST: "--", CHANCE: (0, (1, 4)), BLIND: (0, (1, 4))}
LABELS = {LOSS: "mean error (MAE + MSE)", BEATS: "beats the oracle"}


def named(rows: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """The rows with the baseline and the oracle named as they are in legends."""
    names = {baseline: MEAN, ORACLE: NEAREST}
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


def look(names: list[str], name: str) -> dict[str, str]:
    """Colour, marker and label of one of several reconstructors."""
    return style.series_look(names.index(name)) | {"label": name.replace("_", " ")}


def candidates(table: pd.DataFrame) -> str:
    """The axis of a success with candidates, of which the table says how many there are."""
    return f"right one of {style.count_range(table['candidates'])} records"


def levels(axes: Axes, positions: pd.Series, rows: pd.DataFrame, label: str) -> None:
    """A reference as a short level at each arm, with its interval, if it has one, behind it."""
    look = {"color": "black", "ls": LINES[label], "lw": 1, "label": label}
    axes.hlines(rows["value"], positions - 0.4, positions + 0.4, **look)
    known = rows["low"].notna()
    low, high = rows.loc[known, "low"], rows.loc[known, "high"]
    axes.bar(positions[known], high - low, width=0.8, bottom=low, color="black", alpha=0.1, lw=0)
