"""What each arm changes: paired differences from the arm that it is compared with."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from truthserum.plots import style
from truthserum.plots.intervals import estimates
from truthserum.plots.tables import Spec, Tables, of_targets

NEEDS = ()
ACROSS = ("differences",)
MEASURES = ("tpr_at_fpr_0.001", "tpr_at_fpr_0.01", "fpr_at_tpr_0.5", "auc")
PLACE = ["factor", "arm", "reference", "attack", "measure"]
COLUMNS = [*PLACE, "difference", "low", "high", "p", "coarse"]
LOOKS = {
    True: {"color": style.BLUE, "marker": "o", "label": "95 % interval excludes no change"},
    False: {
        "color": style.BLUE,
        "marker": MarkerStyle("o", fillstyle="none"),
        "label": "95 % interval includes it: no difference found",
    },
}


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """The differences of four measures of the attack on the targets, for each compared arm."""
    rows = of_targets(tables["differences"], spec, MEASURES)
    return rows.assign(factor=spec.factor)[COLUMNS]


def draw(table: pd.DataFrame) -> Figure:
    """A panel for each measure; what differs from no change is filled, all else is hollow.

    Rates differ by points of percent, areas by numbers.
    """
    pairs = table["arm"].map(style.arm_name) + " − " + table["reference"].map(style.arm_name)
    rows = table.rename(columns={"difference": "value"}).assign(pair=pairs)
    rows["clear"] = (rows["low"] > 0) | (rows["high"] < 0)
    names = {pair: pair + style.share_note(of) for pair, of in rows.groupby("pair", sort=False)}
    measures = [measure for measure in MEASURES if (table["measure"] == measure).any()]
    height = 1.1 + 0.19 * len(names)
    figure, panels = style.panels(len(measures), style.WIDTH / len(measures), height, sharey=True)
    for axes, measure in zip(panels, measures, strict=True):
        axes.axvline(0, color="black", ls=":", lw=0.8, label="no change")
        of = rows[rows["measure"] == measure]
        estimates(axes, of, "clear", LOOKS, list(names), x="value", y="pair", apart=0)
        axes.set(title=style.MEASURES[measure], xlabel="", ylabel="")
        if measure in style.RATES:
            axes.xaxis.set_major_formatter(FuncFormatter(_points))
            axes.set_xlabel("points")
        axes.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    panels[0].set_yticks(range(len(names)), list(names.values()))
    panels[0].set_ylabel(f"{table['factor'].iloc[0].replace('_', ' ')}: arm − reference")
    style.legend_below(figure)
    return figure


def _points(difference: float, _: object) -> str:
    """A difference of two rates, in points of percent."""
    return f"{100 * difference:.6g}".replace("-", "−")
