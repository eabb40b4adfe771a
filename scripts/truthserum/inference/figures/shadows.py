"""Success against the number of shadow models the adversary trains."""

import pandas as pd
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.intervals import estimates
from truthserum.plots.tables import ESTIMATE, Spec, Tables, blank_unresolved, select

NEEDS = ("shadows",)
TPR = ("tpr_at_fpr_0.001", "tpr_at_fpr_0.01")
COLUMNS = ["factor", "arm", "attack", "shadows", "measure", *ESTIMATE]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Rates of the reference and the strongest arm for each number of shadow models.

    Zero shadow models are the global threshold, whichever of the two attacks names that row.
    """
    frame = tables["shadows"]
    ends = frame[frame["arm"].isin({spec.reference, spec.strongest})]
    rows = select(ends, mode=spec.modes, measure=TPR, attack=[spec.attack, spec.baseline_attack])
    rows = rows[(rows["attack"] == spec.attack) | (rows["shadows"] == 0)]
    return blank_unresolved(rows.drop_duplicates(["arm", "shadows", "measure"]))[COLUMNS]


def draw(table: pd.DataFrame) -> Figure:
    """A panel for each rate; numbers of shadow models evenly spaced, lighter is the reference."""
    figure = Figure(figsize=(6.2, 2.9))
    counts = sorted(table["shadows"].unique())
    looks = style.arm_looks(table)
    alone = table["shadows"] == 0  # another attack, which no line joins to these
    for axes, measure in zip(figure.subplots(1, 2, sharey=True), TPR, strict=True):
        for part, line in ((~alone, "-"), (alone, "none")):
            rows = table[part & (table["measure"] == measure)]
            joined = {arm: look | {"linestyle": line} for arm, look in looks.items()}
            estimates(axes, rows, "arm", joined, counts, x="shadows")
        axes.set_xticks(range(len(counts)), [str(n) if n else "0\n(global)" for n in counts])
        axes.set_title(style.RATES[measure], pad=12)  # above the crosses
        axes.set(xlabel="shadow models", ylabel="", ylim=(-0.03, 1.03))
        style.percent(axes.yaxis)
    style.legend_below(figure, table["value"].isna().any(), style.counted(table))
    return figure
