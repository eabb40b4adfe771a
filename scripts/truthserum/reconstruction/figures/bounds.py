"""How often an informed adversary picks the right one of a few records, under what bounds allow."""

import pandas as pd
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.tables import Spec, Tables
from truthserum.reconstruction.figures import shared

NEEDS = ("prior", "bounds")
LOOKS = {
    "gradients": {"color": style.BLUE, "marker": "o", "label": "sees every noisy gradient"},
    "weights": {"color": style.ORANGE, "marker": "s", "label": "sees the final weights"},
    "confidences": {"color": style.GREEN, "marker": "v", "label": "sees confidences"},
}
ALL = 0.999  # a bound above this says nothing
LINES = {
    name: {"label": f"bound: {name}", "linestyle": line}
    for name, line in {
        "Gaussian f-DP": "-",
        "zCDP": "--",
        "Rényi DP": "-.",
        "(ε, δ)-DP": ":",
    }.items()
}


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Measured success, chance, and the bounds that exclude something, one a row."""
    measured = tables["prior"].rename(columns={"attack": "what", "success": "value"})
    chance = measured.drop_duplicates("arm").assign(
        what="chance", value=lambda rows: rows["chance"]
    )
    allowed = tables["bounds"].rename(columns={"guarantee": "what", "bound": "value"})
    allowed = allowed[(allowed["prior"] == "candidates") & (allowed["value"] < ALL)]
    columns = ["factor", "arm", "what", "candidates", "value", "low", "high", "trials"]
    joined = pd.concat([measured, chance, allowed], ignore_index=True)
    # only what was observed has an interval
    observed = joined["what"].isin(list(LOOKS))
    joined[["low", "high", "trials"]] = joined[["low", "high", "trials"]].where(observed)
    return joined[columns]


def draw(table: pd.DataFrame) -> Figure:
    """Successes with their intervals, and a line for each bound and for chance."""
    width = min(style.WIDTH, max(4.8, 0.6 * table["arm"].nunique()))
    figure = Figure(figsize=(width, 3.4))
    axes = figure.subplots()
    lines = LINES | {shared.CHANCE: shared.LINES[shared.CHANCE]}
    shared.over_levels(axes, table, "what", LOOKS, lines, table)
    axes.set(ylim=(-0.03, 1.03), ylabel=shared.candidates(table))
    style.percent(axes.yaxis)
    style.legend_below(figure, behind=style.counted(table, trials="trials"))
    return figure
