"""What poison gains in exposure, for each arm beside the one without it."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from truthserum.extraction.figures.guesses import PLAIN
from truthserum.plots import differences, style
from truthserum.plots.intervals import Looks, estimates
from truthserum.plots.tables import Spec, Tables, select

NEEDS = ("canaries", "metrics")
ACROSS = ("differences",)
EXPOSURE = "mean_exposure"
ESTIMATE = ["value", "low", "high"]
COLUMNS = ["factor", "arm", "reference", "measure", *ESTIMATE, "p"]
SERIES = {
    "without": {"label": "without poison", "color": style.ORANGE, "marker": "s"},
    "with": {"label": "with poison", "color": style.BLUE, "marker": "o"},
}
GAINS = {clear: look | {"color": "black"} for clear, look in differences.LOOKS.items()}


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Mean exposure in bits without and with poison, and the paired gain, by the victim alone.

    Of the compared arms those that have more poison than the one that they are compared with.
    """
    share = tables["canaries"].groupby("arm")["poison_share"].first()
    compared = select(tables["differences"], attack=PLAIN, measure=EXPOSURE)
    compared = compared.assign(factor=spec.factor)
    more = share[compared["arm"]].to_numpy() > share[compared["reference"]].to_numpy()
    rows = compared[more].sort_values("arm", key=lambda arms: arms.map(spec.values.index))
    rows = rows.reset_index(drop=True)
    found = select(tables["metrics"], attack=PLAIN, measure=EXPOSURE)
    found = found.set_index("arm")[ESTIMATE]
    parts = {
        measure: rows.assign(**found.loc[rows[of]].reset_index(drop=True)).drop(columns="p")
        for measure, of in (("without", "reference"), ("with", "arm"))
    }
    parts["gain"] = rows.assign(value=rows["difference"])
    named = [part.assign(measure=measure) for measure, part in parts.items()]
    return pd.concat(named, ignore_index=True)[COLUMNS]


def draw(table: pd.DataFrame) -> Figure:
    """Left: exposure without and with poison. Right: the paired gain, hollow where none is told.

    Where no arm is poisoned more than the one that it is compared with, a sentence says so.
    """
    if table.empty:
        return style.sentence("no arm has more poison than its reference")
    arms = style.arm_names(table)
    height = max(1.6, 0.4 + 0.27 * len(arms))  # room for the name of the axis, too
    figure, (left, right) = style.panels(2, style.WIDTH / 2, height, sharey=True)
    _panel(left, table[table["measure"].isin(SERIES)], "measure", SERIES, "exposure (bits)")
    gains = table[table["measure"] == "gain"]
    gains = gains.assign(clear=(gains["low"] > 0) | (gains["high"] < 0))
    right.axvline(0, color="black", ls=":", lw=0.8, label="no change")
    _panel(right, gains, "clear", GAINS, "gain by the poison (bits)")
    left.set_yticks(range(len(arms)), list(arms.values()))
    left.set_ylabel(style.factor_name(table))
    style.legend_below(figure)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, hue: str, looks: Looks, label: str) -> None:
    order = list(rows["arm"].unique())
    estimates(axes, rows, hue, looks, order, x="value", y="arm", apart=0.25 * (hue != "clear"))
    axes.set(xlabel=label, ylabel="")
