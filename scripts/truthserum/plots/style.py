"""One look for all figures: readable in print, in greyscale and by colour-blind readers."""

import io
import math
from pathlib import Path
from textwrap import fill
from typing import Any

import matplotlib
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.gridspec import SubplotSpec
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from truthserum.report.numbers import percentage
from truthserum.storage.manifests import signing

# Holds for everything that is drawn after this module is imported: neither what a `matplotlibrc`
# says, here or at home, nor the fonts that a cache at home lists, of this machine or another.
matplotlib.rcdefaults()
fontManager.ttflist.clear()
for path in sorted(Path(matplotlib.get_data_path(), "fonts/ttf").glob("*.ttf")):
    fontManager.addfont(path)
sns.set_theme(
    context="paper",
    style="whitegrid",
    palette="colorblind",
    font="DejaVu Sans",  # comes with matplotlib: the same bytes on every machine
    font_scale=0.91,  # no text is below eight points
    rc={
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": "0.15",
        "grid.color": "0.9",
        "xtick.bottom": True,
        "ytick.left": True,
        "xtick.major.size": 3,
        "ytick.major.size": 3,
        "lines.solid_capstyle": "butt",  # intervals end where they end
        "legend.frameon": False,
        "legend.handlelength": 2.6,  # dashes and dots can be told from each other
        "figure.constrained_layout.use": True,
        "pdf.fonttype": 42,  # embeds TrueType, which journals ask for
        "savefig.dpi": 200,
    },
)

WIDTH = 7.2  # inches: two columns of a paper, and no figure is wider
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")
LINES = ("-", "--", "-.", (0, (5, 1, 1, 1, 1, 1)))
MOST_BREAKS = 5  # of a name on an axis, at its spaces
LETTERS = 28  # of a line of an arm's name
FRAME = 0.7  # inches of a panel that are left of its data
COLOURS = BLUE, ORANGE, GREEN, RED, PURPLE, BROWN = sns.color_palette("colorblind", 6).as_hex()
"""Of series without an order."""
GREY = "0.45"
GUESSING: dict[str, Any] = {"color": "black", "ls": ":", "lw": 0.8, "label": "guessing"}
"""The line at what guessing scores."""
ATTACKS = {
    "lira": "LiRA, moderated variance",
    "lira_per_example": "LiRA, per-example variance",
    "lira_official": "LiRA, official scoring",
    "lira_offline": "LiRA, offline",
    "rmia": "RMIA",
    "threshold": "global threshold",
}
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
    """`count` colours for an ordered factor, from light to dark; one alone is the dark end.

    Of a cubehelix: their lightness falls evenly, which greyscale keeps.
    """
    ends = {"dark": 0.7, "light": 0.15}  # in reverse, for the first is kept
    return sns.cubehelix_palette(count, start=-0.2, rot=0.6, hue=1.3, **ends).as_hex()[::-1]


def series_look(index: int) -> dict[str, Any]:
    """Colour and marker of one of several series without an order."""
    return {"color": COLOURS[index % len(COLOURS)], "marker": MARKERS[index % len(MARKERS)]}


def arm_looks(table: pd.DataFrame) -> dict[float | str, dict[str, Any]]:
    """Label, colour, marker and line of each arm: numbers from light to dark, words unordered."""
    arms = dict(iter(table.groupby("arm", sort=False)))
    if joining_line(table["arm"]) == "none":
        looks = [series_look(i) | {"linestyle": LINES[i % len(LINES)]} for i in range(len(arms))]
    else:
        looks = [
            {"color": colour, "marker": MARKERS[index % len(MARKERS)], "linestyle": "-"}
            for index, colour in enumerate(palette(len(arms)))
        ]
    return {
        arm: look | {"label": arm_label(rows["factor"].iloc[0], arm) + share_note(rows)}
        for (arm, rows), look in zip(arms.items(), looks, strict=True)
    }


def arm_name(value: float | str) -> str:
    """An arm as it is printed: words in short lines, numbers without needless digits."""
    return fill(value.replace("_", " "), LETTERS) if isinstance(value, str) else f"{value:.10g}"


def arm_label(factor: str, value: float | str) -> str:
    """An arm as legends and titles name it, such as 'copies = 8'."""
    return f"{factor.replace('_', ' ')} = {arm_name(value)}"


def share_note(rows: pd.DataFrame) -> str:
    """How much of an arm's training sets is poison, to follow its name: ' (19 % poison)'.

    rows: of one arm. Nothing where they do not say (see `tables.with_shares`).
    """
    share = rows["poison_share"].iloc[0] if "poison_share" in rows else math.nan
    if math.isnan(share):
        return ""
    return f" ({percentage(share)} poison)" if share else " (no poison)"


def arm_names(table: pd.DataFrame) -> dict[float | str, str]:
    """The arms in their order, each as an axis names it, with its share of poison if known."""
    names = {}
    for arm, rows in table.groupby("arm", sort=False):
        known = share_note(rows) and f" ({percentage(rows['poison_share'].iloc[0])})"
        names[arm] = arm_name(arm) + known
    return names


def factor_name(table: pd.DataFrame) -> str:
    """What an axis with the `arm_names` shows."""
    name = table["factor"].iloc[0].replace("_", " ")
    return f"{name} (share of poison)" if "poison_share" in table else name


def place(axes: Axes) -> SubplotSpec:
    """Where axes stand in the grid of their figure, which they must have."""
    found = axes.get_subplotspec()
    assert found is not None
    return found


def arms_on_axis(axes: Axes, table: pd.DataFrame) -> dict[float | str, int]:
    """Put the arms on the x axis, evenly spaced in their order; returns each arm's position.

    Names are broken at spaces, and slanted where even then there is no room beside or below.
    """
    arms = arm_names(table)
    names = list(arms.values())
    ticks = axes.set_xticks(range(len(arms)), [name.replace(" ", "\n") for name in names])
    columns = place(axes).get_gridspec().ncols
    figure = axes.get_figure(root=True)
    assert figure is not None
    room = (figure.get_figwidth() / columns - FRAME) / len(arms)
    widest = max(tick.label1.get_window_extent().width for tick in ticks) / figure.dpi
    if widest > room or max(name.count(" ") for name in names) > MOST_BREAKS:
        axes.set_xticks(range(len(arms)), names, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_xlim(-0.5, len(arms) - 0.5)
    axes.set_xlabel(factor_name(table))
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


def counted(rows: pd.DataFrame, **units: str) -> str:
    """What stands behind estimates, as text: '4,000 positives, 3,000 negatives'.

    units: for each column with numbers, what they count; by default the decisions of an attack.
    """
    units = units or {"positives": "positives", "negatives": "negatives"}
    said = {unit: count_range(rows[column]) for column, unit in units.items()}
    return ", ".join(
        f"{count} {unit.removesuffix('s') if count == '1' else unit}"
        for unit, count in said.items()
    )


def panels(count: int, width: float, height: float, **shared: Any) -> tuple[Figure, list[Axes]]:
    """A figure of some panels, and these: as many in a row as a page's width holds.

    width, height: of one panel, in inches; shared: `sharex` and `sharey` of the panels.
    """
    columns = max(1, min(count, int(WIDTH / width)))
    rows = -(-count // columns)
    columns = -(-count // rows)  # rows of the same length, if that is possible
    figure = Figure(figsize=(min(WIDTH, max(3.6, width * columns)), 0.9 + height * rows))
    grid = figure.subplots(rows, columns, squeeze=False, **shared)
    for axes in grid.flat[count:]:
        axes.remove()
    return figure, list(grid.flat[:count])


def sentence(said: str) -> Figure:
    """In place of a figure that nothing can be drawn of."""
    figure = Figure(figsize=(4.2, 3.4))
    figure.subplots().set_axis_off()
    figure.text(0.5, 0.5, said, ha="center")
    return figure


def legend_below(figure: Figure, unresolved: bool = False, behind: str = "") -> None:
    """One legend for all panels, under them, in as many columns as the figure has room for.

    unresolved: add the key to the crosses. behind: the numbers behind the estimates, printed above.
    """
    entries: dict[str, Any] = {}
    for axes in figure.axes:
        if own := axes.get_legend():
            own.remove()
        handles, labels = axes.get_legend_handles_labels()
        for label, handle in zip(labels, handles, strict=True):
            entries.setdefault(label, handle)
    if unresolved:
        entries["unresolved: too few negatives"] = Line2D([], [], color="black", ls="", marker="x")
    title = f"behind each estimate: {behind}" if behind else None
    for rows in range(1, len(entries) + 1):
        legend = figure.legend(
            entries.values(),
            entries,
            loc="outside lower center",
            ncols=-(-len(entries) // rows),
            title=title,
            title_fontsize=matplotlib.rcParams["legend.fontsize"],
        )
        if legend.get_window_extent().width <= figure.bbox.width:
            break
        if rows < len(entries):
            legend.remove()


def save(figure: Figure, path: Path) -> None:
    """Write a figure; the same figure gives the same bytes (a PDF carries no date).

    Raises ValueError (from matplotlib) if the suffix names no image format.
    """
    metadata = {"CreationDate": None} if path.suffix == ".pdf" else {}
    held = io.BytesIO()  # as matplotlib, on a disk that is full, stumbles over what it has closed
    figure.savefig(held, format=path.suffix.removeprefix("."), metadata=metadata)
    with signing(path) as part:
        part.write_bytes(held.getvalue())
