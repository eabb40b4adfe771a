"""One look for all figures: readable in print, in greyscale and by colour-blind readers."""

import re
from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

STYLE = {
    "font.size": 8,
    "axes.labelsize": 9,
    "axes.titlesize": 9,
    "figure.titlesize": 10,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "0.9",
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.4,
    "lines.markersize": 4.5,
    "figure.constrained_layout.use": True,
    "pdf.fonttype": 42,  # embeds TrueType, which journals ask for
    "savefig.dpi": 200,
}
styled = matplotlib.rc_context(STYLE)
"""Decorator for a figure's `draw`: the style holds inside it and nowhere else."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")
BLUE, ORANGE, GREY = "#0072b2", "#e69f00", "#777777"  # first two: Okabe and Ito
ATTACKS = {"lira": "LiRA", "rmia": "RMIA", "threshold": "global threshold"}
RATES = {
    "tpr_at_fpr_0.001": "TPR at 0.1 % FPR",
    "tpr_at_fpr_0.01": "TPR at 1 % FPR",
    "fpr_at_tpr_0.1": "FPR at 10 % TPR",
    "fpr_at_tpr_0.5": "FPR at 50 % TPR",
    "precision_at_tpr_0.1": "precision at 10 % TPR",
    "precision_at_tpr_0.5": "precision at 50 % TPR",
    "balanced_accuracy": "balanced accuracy",
}
MEASURES = RATES | {"auc": "AUC"}


def palette(count: int) -> list[str]:
    """`count` colours for an ordered factor, from light to dark; one alone is the dark end."""
    darkness_last = np.linspace(0.05, 0.8, count)[::-1]
    return [to_hex(colour) for colour in matplotlib.colormaps["plasma"](darkness_last)]


def arm_name(value: float | str) -> str:
    """An arm as it is printed: numbers without needless digits."""
    return value if isinstance(value, str) else f"{value:.10g}"


def arm_label(factor: str, value: float | str) -> str:
    """An arm as legends and titles name it, such as 'copies = 8'."""
    return f"{factor.replace('_', ' ')} = {arm_name(value)}"


def arms_on_axis(axes: Axes, table: pd.DataFrame) -> dict[float | str, int]:
    """Put the arms on the x axis, evenly spaced in their order; returns each arm's position."""
    arms = list(table["arm"].unique())
    names = [re.sub("[ _]", "\n", arm_name(arm)) for arm in arms]
    axes.set_xticks(range(len(arms)), names)
    axes.set_xlim(-0.5, len(arms) - 0.5)
    axes.set_xlabel(table["factor"].iloc[0].replace("_", " "))
    return {arm: position for position, arm in enumerate(arms)}


def joining_line(arms: pd.Series) -> str:
    """Line style between arms: solid for numbers; none for words, which have nothing between."""
    return "-" if pd.api.types.is_numeric_dtype(arms) else "none"


def percent(axis: matplotlib.axis.Axis) -> None:
    """Print the rates on an axis as percentages; on a log axis one label a decade."""
    axis.set_major_formatter(FuncFormatter(lambda rate, _: f"{100 * rate:.6g} %"))
    if axis.get_scale() == "log":
        axis.set_major_locator(LogLocator(numticks=20))
        axis.set_minor_formatter(NullFormatter())


def count_range(counts: pd.Series) -> str:
    """Numbers of decisions as text: one number if all agree, else the range."""
    return " to ".join(f"{count:,.0f}" for count in sorted({counts.min(), counts.max()}))


def plot_estimates(
    axes: Axes, positions: Sequence[float], rows: pd.DataFrame, lane: int, **look: str
) -> None:
    """One series of estimates with their 95 % intervals: markers and bars.

    rows: columns value, low, high, as fractions, one row per position. A row without a value is
    unresolved: a cross above the frame, in `lane` 0, 1, … of the series, says so.
    look: color, marker, label and linestyle of the series; with a line, the intervals get a band.
    """
    positions = np.asarray(positions, dtype=float)
    colour = look["color"]
    if look["linestyle"] != "none":
        axes.fill_between(positions, rows["low"], rows["high"], color=colour, alpha=0.15, lw=0)
    axes.vlines(positions, rows["low"], rows["high"], color=colour, lw=1)
    axes.plot(positions, rows["value"], **look)
    unresolved = positions[rows["value"].isna()]
    if len(unresolved):
        height = np.full(len(unresolved), 1.04 + 0.06 * lane)
        above = {"transform": axes.get_xaxis_transform(), "clip_on": False}
        axes.plot(unresolved, height, "x", color=colour, **above)


def legend_below(figure: Figure, unresolved: bool = False) -> None:
    """One legend for all panels, under them; with the key to the crosses if some are there."""
    entries = {}
    for axes in figure.axes:
        handles, labels = axes.get_legend_handles_labels()
        entries |= dict(zip(labels, handles, strict=True))
    if unresolved:
        entries["unresolved: too few negatives"] = Line2D([], [], color="black", ls="", marker="x")
    columns = max(1, min(len(entries), int(figure.get_figwidth() / 1.6)))
    figure.legend(entries.values(), entries, loc="outside lower center", ncols=columns)


def save(figure: Figure, path: Path) -> None:
    """Write a figure; the same figure gives the same bytes (a PDF carries no date).

    Raises ValueError (from matplotlib) if the suffix names no image format.
    """
    metadata = {"CreationDate": None} if path.suffix == ".pdf" else {}
    with matplotlib.rc_context(STYLE):
        figure.savefig(path, metadata=metadata)
