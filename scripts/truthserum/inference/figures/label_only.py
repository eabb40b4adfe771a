"""Membership by the top label alone, for each number of copies and with as many as needed."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.tables import DECISIONS, Spec, Tables, select

NEEDS = ("metrics",)
ACROSS = ("label_only",)
ACCURACY = "balanced_accuracy"
RATES = {
    "true_positive_rate": ("members called so", style.BLUE, "o"),
    "false_positive_rate": ("others called members", style.ORANGE, "s"),
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
    with_confidence = select(
        tables["metrics"], mode=spec.mode, group="targets", attack=spec.attack, measure=ACCURACY
    )
    joined = pd.concat([labels, with_confidence], ignore_index=True)
    joined["arm"] = joined["arm"].astype(str)
    return joined[[*COLUMNS, "gain", "gain_low", "gain_high", "chosen"]]


@style.styled
def draw(table: pd.DataFrame) -> Figure:
    """From above: balanced accuracy, the two rates of the labels, and how often each is chosen."""
    figure = Figure(figsize=(6.2, 5.6))
    above, middle, below = figure.subplots(3, 1, height_ratios=(3, 3, 2))
    labels = table[table["attack"] == "label"]
    confidence = table[table["attack"] != "label"]
    name = style.ATTACKS.get(confidence["attack"].iloc[0], confidence["attack"].iloc[0])
    _series(above, labels, labels[labels["measure"] == ACCURACY], "top label", "black", "D", 0)
    _series(above, labels, confidence, name, style.COLOURS[2], "^", 1)
    above.axhline(0.5, color="black", ls=":", lw=0.8, label="guessing")
    for lane, (measure, (label, color, marker)) in enumerate(RATES.items()):
        rows = labels[labels["measure"] == measure]
        _series(middle, labels, rows, label, color, marker, lane)
    places = style.arms_on_axis(below, labels)
    chosen = labels[labels["measure"] == ACCURACY].dropna(subset="chosen")
    below.bar(chosen["arm"].map(places), chosen["chosen"], 0.5, color=style.GREY)
    above.set_ylabel("balanced accuracy")
    middle.set_ylabel("rate of the labels")
    below.set_ylabel("share chosen")
    middle.set_ylim(-0.03, 1.03)
    for axes in (above, middle, below):
        style.percent(axes.yaxis)
        axes.grid(visible=False, axis="x")
        axes.label_outer()
    style.legend_below(figure, behind=style.counted(table))
    return figure


def _series(
    axes: Axes,
    arms: pd.DataFrame,
    rows: pd.DataFrame,
    label: str,
    color: str,
    marker: str,
    lane: int,
) -> None:
    """Estimates of one series, beside those of the other lane, in the columns of all arms."""
    places = rows["arm"].map(style.arms_on_axis(axes, arms)) + style.lane_shift(lane, 2)
    look = {"color": color, "marker": marker, "linestyle": "none", "label": label}
    style.plot_estimates(axes, places, rows, lane, **look)
