"""What each arm changes: paired differences from the arm that it is compared with."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from truthserum.plots import style
from truthserum.plots.tables import Spec, Tables, select

NEEDS = ()
ACROSS = ("differences",)
MEASURES = ("tpr_at_fpr_0.001", "tpr_at_fpr_0.01", "fpr_at_tpr_0.5", "auc")
COLUMNS = ["arm", "reference", "attack", "measure", "difference", "low", "high", "p", "coarse"]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """The differences of four measures of the attack on the targets, for each compared arm."""
    where = {"mode": spec.mode, "group": "targets", "attack": spec.attack, "measure": MEASURES}
    return select(tables["differences"], **where)[COLUMNS]


@style.styled
def draw(table: pd.DataFrame) -> Figure:
    """A panel for each measure; what differs from no change is filled, all else is hollow."""
    pairs = list(dict.fromkeys(zip(table["arm"], table["reference"], strict=True)))
    measures = [measure for measure in MEASURES if (table["measure"] == measure).any()]
    size = style.WIDTH / len(measures), 1.1 + 0.19 * len(pairs)
    figure, panels = style.panels(len(measures), *size, sharey=True)
    for axes, measure in zip(panels, measures, strict=True):
        rows = table[table["measure"] == measure]
        places = np.array(
            [pairs.index(p) for p in zip(rows["arm"], rows["reference"], strict=True)]
        )
        axes.axvline(0, color="black", ls=":", lw=0.8, label="no change")
        axes.hlines(places, rows["low"], rows["high"], color=style.BLUE, lw=1.2)
        clear = ((rows["low"] > 0) | (rows["high"] < 0)).to_numpy()
        for found, face, label in (
            (clear, style.BLUE, "95 % interval excludes no change"),
            (~clear, "white", "95 % interval includes it: no difference found"),
        ):
            look = {"color": style.BLUE, "markerfacecolor": face, "label": label}
            axes.plot(rows["difference"][found], places[found], "o", **look)
        axes.set_title(style.MEASURES[measure], fontsize=style.STYLE["font.size"])
        axes.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
        axes.tick_params(axis="y", length=0)
    shares = {arm: style.share_note(rows) for arm, rows in table.groupby("arm")}
    names = [f"{style.arm_name(a)} − {style.arm_name(b)}{shares[a]}" for a, b in pairs]
    panels[0].set_yticks(range(len(pairs)), names)
    panels[0].set_ylim(len(pairs) - 0.5, -0.5)  # the first arm on top
    style.legend_below(figure)
    return figure
