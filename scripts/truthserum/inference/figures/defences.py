"""What each defence of a data owner stops, what it costs, and what it throws away."""

import pandas as pd
from matplotlib.figure import Figure

from truthserum.inference.figures.measures import CHANCE
from truthserum.plots import style
from truthserum.plots.intervals import over_arms
from truthserum.plots.tables import DECISIONS, Spec, Tables, means_over_models, resolved_of_targets

NEEDS = ("metrics", "models")
COLUMNS = ["factor", "arm", "measure", "value", "low", "high", *DECISIONS, "models"]
# Panels from above, by what is on the axis: the series in each.
RATES = {
    "tpr_at_fpr_0.001": {"label": "attack, at 0.1 % FPR", "color": style.BLUE, "marker": "o"},
    "tpr_at_fpr_0.01": {"label": "attack, at 1 % FPR", "color": style.ORANGE, "marker": "s"},
}
ACCURACY = {"test_accuracy": {"label": "test accuracy", "color": "black", "marker": "D"}}
DROPPED = {
    "dropped_targets": {"label": "targets dropped", "color": style.GREEN, "marker": "^"},
    "dropped_poisons": {"label": "poisons dropped", "color": style.RED, "marker": "v"},
    "dropped_others": {"label": "other rows dropped", "color": style.GREY, "marker": "P"},
}
PANELS = {"true-positive rate": RATES, "test accuracy": ACCURACY, "share dropped": DROPPED}


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Rates of the attack on the targets, and means over models with their 95 % intervals.

    The means are of the test accuracy and of the shares of rows that were dropped, where a training
    set had such rows; rates that cannot be resolved are blank, and one that no arm resolves is left
    out, unless that leaves none.
    """
    rates = resolved_of_targets(tables["metrics"], spec, list(RATES))
    columns = [*ACCURACY, *DROPPED]
    points = tables["models"].melt(["factor", "arm"], columns, var_name="measure").dropna()
    joined = pd.concat([rates, means_over_models(points, spec)], ignore_index=True)[COLUMNS]
    return joined.astype(dict.fromkeys((*DECISIONS, "models"), "Int64"))


def draw(table: pd.DataFrame) -> Figure:
    """One column a defence; from above: success of the attack, test accuracy, shares dropped.

    Where nothing was dropped there is no panel for it.
    """
    dropped = table.loc[table["measure"].isin(DROPPED), "value"]
    panels = list(PANELS.items())[: 3 if (dropped > 0).any() else 2]
    figure = Figure(figsize=(6.2, 1.1 + 1.5 * len(panels)))
    rows = figure.subplots(len(panels), 1)
    for axes, (title, series) in zip(rows, panels, strict=True):
        over_arms(axes, table[table["measure"].isin(series)], "measure", series, table)
        if series is RATES:
            levels = [CHANCE[measure] for measure in series if (table["measure"] == measure).any()]
            axes.hlines(levels, *axes.get_xlim(), **style.GUESSING)
        if series is not ACCURACY:
            axes.set_ylim(bottom=-0.04 * axes.get_ylim()[1])  # rates and shares begin at zero
        axes.set_ylabel(title)
        style.percent(axes.yaxis)
        axes.label_outer()
    rates = table["measure"].isin(RATES)
    behind = f"{style.counted(table[rates])}; {style.counted(table[~rates], models='models')}"
    style.legend_below(figure, table["value"].isna().any(), behind)
    return figure
