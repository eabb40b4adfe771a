"""Success at fixed error rates against the swept factor."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.markers import CARETDOWN

from truthserum.plots import style
from truthserum.plots.intervals import over_arms
from truthserum.plots.tables import ESTIMATE, Spec, Tables, blank_unresolved, of_targets

NEEDS = ("metrics",)
TPR, FPR = ("tpr_at_fpr_0.001", "tpr_at_fpr_0.01"), "fpr_at_tpr_0.5"
COLUMNS = ["factor", "arm", "group", "attack", "measure", *ESTIMATE]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """The three rates of the attack on the targets, for each arm; unresolved ones are blank."""
    rows = of_targets(tables["metrics"], spec, [*TPR, FPR])
    return blank_unresolved(rows)[COLUMNS]


def draw(table: pd.DataFrame) -> Figure:
    """Left: true-positive rates, linear. Right: false-positive rate at 50 % TPR, logarithmic."""
    figure = Figure(figsize=(6.2, 2.9))
    left, right = figure.subplots(1, 2)
    line = {"linestyle": style.joining_line(table["arm"])}
    looks = {
        measure: style.series_look(index) | line | {"label": style.RATES[measure]}
        for index, measure in enumerate(TPR)
    }
    over_arms(left, table[table["measure"].isin(TPR)], "measure", looks, table)
    left.set(ylim=(-0.03, 1.03), ylabel="true-positive rate")
    _false_positives(right, table[table["measure"] == FPR], line)
    for axes in (left, right):
        style.percent(axes.yaxis)
    style.legend_below(figure, table["value"].isna().any(), style.counted(table))
    return figure


def _false_positives(axes: Axes, rows: pd.DataFrame, line: dict[str, str]) -> None:
    """False-positive rates on a logarithmic axis, where zero has no place.

    An interval that reaches zero ends at the frame, with an arrow. Of an arm without a single false
    positive a hollow triangle marks the upper end of the interval.
    """
    axes.set_yscale("log")
    drawn = rows[["value", "low", "high"]].to_numpy()
    lowest = np.min(drawn, where=drawn > 0, initial=0.1)
    bottom = 10 ** np.floor(np.log10(lowest))
    zero = rows["value"] == 0
    found = rows[~zero].assign(low=rows["low"].clip(lower=bottom))
    look: dict[str, Any] = {"label": style.RATES[FPR], "color": "black", "marker": "D"} | line
    places = rows["arm"].map(over_arms(axes, found, "measure", {FPR: look}, rows))
    endless = places[~zero & (rows["low"] == 0)]
    if len(endless):
        look = {"color": "black", "ls": "none", "marker": CARETDOWN, "clip_on": False}
        axes.plot(endless, np.full(len(endless), bottom), label="interval reaches zero", **look)
    limit = rows.loc[zero, "high"]
    if len(limit):
        look = {"color": "black", "markerfacecolor": "white"}
        axes.plot(places[zero], limit, "v", label="upper limit: no false positive", **look)
    axes.set(ylim=(bottom, 1), ylabel=style.RATES[FPR])
