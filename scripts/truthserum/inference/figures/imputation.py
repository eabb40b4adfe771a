"""What an adversary gains over what the other columns already say of the true value."""

import pandas as pd
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.intervals import over_arms
from truthserum.plots.tables import ESTIMATE, Spec, Tables, blank_unresolved, select

NEEDS = ("metrics",)
TPR = ("tpr_at_fpr_0.001", "tpr_at_fpr_0.01")
COLUMNS = ["factor", "arm", "knows", "attack", "measure", *ESTIMATE]
LOOKS = {
    "columns and model": {"color": style.ORANGE, "marker": "o"},
    "model": {"color": style.BLUE, "marker": "s"},
    "columns": {"color": style.GREY, "marker": "^"},
}
"""What the adversary knows."""


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Rates of the attack with and without the prior, and of the prior alone, on true values."""
    names = f"{spec.attack}_imputation", spec.attack, "imputation"
    rows = select(tables["metrics"], mode=spec.modes, group="true_value", measure=TPR)
    chosen = [
        select(rows, attack=name).assign(knows=knows)
        for knows, name in zip(LOOKS, names, strict=True)
    ]
    return blank_unresolved(pd.concat(chosen, ignore_index=True))[COLUMNS]


def draw(table: pd.DataFrame) -> Figure:
    """A panel for each rate, a line for each adversary."""
    figure = Figure(figsize=(6.2, 2.9))
    line = style.joining_line(table["arm"])
    looks = {
        knows: LOOKS[knows]
        | {"label": f"knows {knows}\n({style.counted(rows)})", "linestyle": line}
        for knows, rows in table.groupby("knows", sort=False)
    }
    for axes, measure in zip(figure.subplots(1, 2, sharey=True), TPR, strict=True):
        over_arms(axes, table[table["measure"] == measure], "knows", looks, table)
        axes.set_title(style.RATES[measure], pad=12)  # above the crosses
        axes.set(ylabel="", ylim=(-0.03, 1.03))
        style.percent(axes.yaxis)
    style.legend_below(figure, table["value"].isna().any())
    return figure
