"""How many shadow models an informed adversary needs."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator

from truthserum.plots import style
from truthserum.plots.intervals import estimates
from truthserum.plots.tables import ESTIMATE, Spec, Tables, select
from truthserum.reconstruction.figures import shared

NEEDS = ("shadows",)
MEASURES = (shared.LOSS, shared.BEATS)
COLUMNS = ["factor", "arm", "attack", "shadows", "measure", *ESTIMATE]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Error, and share nearer than the oracle, of every reconstructor in the reference arm."""
    frame = tables["shadows"]
    rows = select(frame[frame["arm"] == spec.reference], group=shared.VIEW, measure=list(MEASURES))
    return shared.named(rows, spec.baseline_attack)[COLUMNS]


def draw(table: pd.DataFrame) -> Figure:
    """Left: error. Right: share nearer than the oracle. The number of shadows is logarithmic."""
    figure = Figure(figsize=(6.2, 2.9))
    for axes, measure in zip(figure.subplots(1, 2), MEASURES, strict=True):
        _series(axes, table[table["measure"] == measure])
        axes.set_ylabel(shared.LABELS[measure])
    figure.axes[0].set_ylim(bottom=0)
    figure.axes[1].set_ylim(-0.03, 1.03)
    style.percent(figure.axes[1].yaxis)
    style.legend_below(figure, behind=style.counted(table, positives="targets"))
    return figure


def _series(axes: Axes, table: pd.DataFrame) -> None:
    """A line for each reconstructor, and for mean image and oracle."""
    black = {"color": "black", "marker": ""}
    references = {name: line | black for name, line in shared.LINES.items()}
    axes.set_xscale("log")
    looks = shared.looks(table, line="-") | references
    estimates(axes, table, "attack", looks, x="shadows", apart=0.08)
    counts = sorted(table["shadows"].unique())
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xticks(counts, [f"{count:,}" for count in counts])
    axes.set_xlabel("shadow models")
