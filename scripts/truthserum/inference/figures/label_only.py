"""Membership by the top label alone, for each number of copies and with as many as needed."""

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.intervals import over_arms
from truthserum.plots.tables import DECISIONS, Spec, Tables, of_targets

NEEDS = ("metrics",)
ACROSS = ("label_only",)
ACCURACY = "balanced_accuracy"
SERIES = {
    "label": {"label": "top label", "color": "black", "marker": "D"},
    "true_positive_rate": {"label": "members called so", "color": style.BLUE, "marker": "o"},
    "false_positive_rate": {"label": "others called members", "color": style.ORANGE, "marker": "s"},
}
COLUMNS = ["factor", "arm", "attack", "measure", "value", "low", "high", *DECISIONS]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Rates of the labels, balanced accuracies of labels and of the attack, and shares chosen.

    Arms are text, the last of them 'adaptive', in which the attack has no row. `gain` and its
    interval: of the adaptive choice over the arm, paired.
    """
    labels = tables["label_only"]
    labels = labels[labels["mode"] == spec.mode].assign(attack="label", factor=spec.factor)
    labels = labels.rename(columns={"copies": "arm"})
    with_confidence = of_targets(tables["metrics"], spec, ACCURACY)
    joined = pd.concat([labels, with_confidence], ignore_index=True)
    joined["arm"] = joined["arm"].astype(str)
    return joined[[*COLUMNS, "gain", "gain_low", "gain_high", "chosen"]]


def draw(table: pd.DataFrame) -> Figure:
    """From above: balanced accuracy, the two rates of the labels, and how often each is chosen."""
    figure = Figure(figsize=(6.2, 5.6))
    above, middle, below = figure.subplots(3, 1, height_ratios=(3, 3, 2))
    accuracy = table["measure"] == ACCURACY
    others = {
        name: {"label": style.ATTACKS.get(name, name), "color": style.GREEN, "marker": "^"}
        for name in table["attack"].unique()
    }
    over_arms(above, table[accuracy], "attack", others | SERIES, table)
    above.axhline(0.5, **style.GUESSING)
    over_arms(middle, table[~accuracy], "measure", SERIES, table)
    arms = table["arm"].unique()
    chosen = table[accuracy & (table["attack"] == "label")]
    sns.barplot(chosen, x="arm", y="chosen", order=arms, width=0.5, color=style.GREY, ax=below)
    style.arms_on_axis(below, table)
    above.set_ylabel("balanced accuracy")
    middle.set(ylabel="rate of the labels", ylim=(-0.03, 1.03))
    below.set_ylabel("share chosen")
    for axes in (above, middle, below):
        style.percent(axes.yaxis)
        axes.label_outer()
    style.legend_below(figure, behind=style.counted(table))
    return figure
