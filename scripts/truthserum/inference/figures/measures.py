"""Every measure side by side: those that the swept factor moves, and those that it does not."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from truthserum.plots import style
from truthserum.plots.intervals import estimates
from truthserum.plots.tables import ESTIMATE, Spec, Tables, resolved_of_targets

NEEDS = ("metrics",)
COLUMNS = ["factor", "arm", "attack", "measure", *ESTIMATE]
# What guessing scores.
CHANCE = {
    "tpr_at_fpr_0.001": 0.001,
    "tpr_at_fpr_0.01": 0.01,
    "fpr_at_tpr_0.1": 0.1,
    "fpr_at_tpr_0.5": 0.5,
    "precision_at_tpr_0.1": 0.5,
    "precision_at_tpr_0.5": 0.5,
    "auc": 0.5,
    "balanced_accuracy": 0.5,
}


def table(tables: Tables, spec: Spec, measures: Sequence[str] = tuple(CHANCE)) -> pd.DataFrame:
    """All or some measures of the attack on the targets, for each arm; unresolved ones are blank.

    A measure that no arm resolves is left out, unless that leaves nothing.
    """
    return resolved_of_targets(tables["metrics"], spec, measures)[COLUMNS]


def draw(table: pd.DataFrame) -> Figure:
    """A forest plot: a panel for each measure, all with the arms from top to bottom."""
    arms = list(table["arm"].unique())
    measures = [measure for measure in style.MEASURES if (table["measure"] == measure).any()]
    lines = max(name.count("\n") + 1 for name in style.arm_names(table).values())
    height = 0.55 + 0.19 * len(arms) * lines
    figure, panels = style.panels(
        len(measures), style.WIDTH / min(4, len(measures)), height, sharey=True
    )
    for axes, measure in zip(panels, measures, strict=True):
        _panel(axes, table[table["measure"] == measure], arms, measure)
    figure.supylabel(style.factor_name(table), fontsize="medium")
    panels[0].set_yticks(range(len(arms)), list(style.arm_names(table).values()))
    style.legend_below(figure, table["value"].isna().any(), style.counted(table))
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, arms: list[float | str], measure: str) -> None:
    """One measure: a marker and a bar for each arm, and behind them the interval of the first."""
    first = rows.iloc[0]
    if first["resolved"]:
        label = f"interval of '{style.arm_name(arms[0])}'"
        axes.axvspan(first["low"], first["high"], color="0.88", lw=0, label=label)
    axes.axvline(CHANCE[measure], **style.GUESSING)
    look = {"color": style.BLUE, "marker": "o", "label": "estimate and 95 % interval"}
    estimates(axes, rows, "measure", {measure: look}, arms, x="value", y="arm")
    start = 0 if measure.startswith(("tpr", "fpr")) else 0.5
    least, most = rows["low"].min(), np.nanmax([rows["high"].max(), start + 0.01])
    margin = 0.05 * (most - start)
    axes.set_xlim(np.nanmin([start, least]) - margin, most + margin)
    axes.set(title=style.MEASURES[measure], xlabel="", ylabel="")
    axes.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    if measure in style.RATES:
        style.percent(axes.xaxis)
