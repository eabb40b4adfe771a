"""How often an informed adversary picks the right one of a few records, under what bounds allow."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.tables import Spec, Tables
from truthserum.reconstruction.figures.shared import candidates

NEEDS = ("prior", "bounds")
LOOKS = {
    "gradients": {"color": style.BLUE, "marker": "o", "label": "sees every noisy gradient"},
    "weights": {"color": style.ORANGE, "marker": "s", "label": "sees the final weights"},
    "confidences": {"color": style.COLOURS[2], "marker": "v", "label": "sees confidences"},
}
ALL = 0.999  # a bound above this says nothing
LINES = {"Gaussian f-DP": "-", "zCDP": "--", "Rényi DP": "-.", "(ε, δ)-DP": ":"}


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


@style.styled
def draw(table: pd.DataFrame) -> Figure:
    """Successes with their intervals, and a line for each bound and for chance."""
    width = min(style.WIDTH, max(4.8, 0.6 * table["arm"].nunique()))
    figure = Figure(figsize=(width, 3.4))
    axes = figure.subplots()
    positions = style.arms_on_axis(axes, table)
    for what, line in LINES.items():
        _level(axes, table[table["what"] == what], positions, what, ls=line)
    _level(axes, table[table["what"] == "chance"], positions, "chance", ls=(0, (1, 4)))
    seen = [what for what in LOOKS if (table["what"] == what).any()]
    for lane, what in enumerate(seen):
        rows = table[table["what"] == what]
        places = rows["arm"].map(positions) + style.lane_shift(lane, len(seen), 0.2)
        style.plot_estimates(axes, places, rows, lane, linestyle="none", **LOOKS[what])
    axes.set(ylim=(-0.03, 1.03), ylabel=candidates(table))
    style.percent(axes.yaxis)
    style.legend_below(figure, behind=style.counted(table, trials="trials"))
    return figure


def _level(axes: Axes, rows: pd.DataFrame, positions: dict, label: str, ls: object) -> None:
    """A level for each arm that has one: words have nothing between them."""
    if rows.empty:
        return
    places = rows["arm"].map(positions)
    name = label if label == "chance" else f"bound: {label}"
    axes.hlines(rows["value"], places - 0.35, places + 0.35, color="black", ls=ls, label=name, lw=1)
