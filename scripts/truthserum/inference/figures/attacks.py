"""Every attack side by side, without poison and with the most."""

import pandas as pd
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.intervals import estimates
from truthserum.plots.tables import ESTIMATE, Spec, Tables, blank_unresolved, select

NEEDS = ("metrics",)
MEASURES = ("tpr_at_fpr_0.001", "tpr_at_fpr_0.01", "auc")
COLUMNS = ["factor", "arm", "attack", "measure", *ESTIMATE]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Two rates and the AUC of all attacks on the targets, for the first and the last arm."""
    frame = tables["metrics"]
    ends = frame[frame["arm"].isin({spec.reference, spec.strongest})]
    rows = select(ends, mode=spec.modes, group="targets", measure=list(MEASURES))
    return blank_unresolved(rows)[COLUMNS]


def draw(table: pd.DataFrame) -> Figure:
    """A panel for each measure, the attacks from top to bottom, two marks for each."""
    attacks, looks = list(table["attack"].unique()), style.arm_looks(table)
    apart = {arm: look | {"linestyle": "none"} for arm, look in looks.items()}
    height = 0.55 + 0.26 * len(attacks)
    figure, panels = style.panels(len(MEASURES), style.WIDTH / len(MEASURES), height, sharey=True)
    for axes, measure in zip(panels, MEASURES, strict=True):
        rows = table[table["measure"] == measure]
        estimates(axes, rows, "arm", apart, attacks, x="value", y="attack")
        axes.set(title=style.MEASURES[measure], xlim=(-0.03, 1.03), xlabel="", ylabel="")
        if measure in style.RATES:
            style.percent(axes.xaxis)
    panels[0].set_yticks(range(len(attacks)), [style.ATTACKS.get(a, a) for a in attacks])
    style.legend_below(figure, table["value"].isna().any(), style.counted(table))
    return figure
