"""How often a record is reconstructed within an error, under what differential privacy allows."""

import pandas as pd
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.tables import Spec, Tables, select
from truthserum.reconstruction.figures import shared
from truthserum.reconstruction.figures.bounds import ALL
from truthserum.reconstruction.figures.shared import BLIND

NEEDS = ("shadows", "bounds")
WITHIN = "within_"  # and a radius: the measure
GUARANTEE = "Gaussian f-DP"  # the tightest
BOUNDS = {
    "any_guess": {"label": "bound, whatever is guessed", "linestyle": "-"},
    "guesses": {"label": "bound, for the best guess found", "linestyle": "--"},
}
LINES = BOUNDS | {BLIND: shared.LINES[BLIND]}
COLUMNS = ["factor", "arm", "radius", "attack", "value", "low", "high", "shadows", "positives"]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Shares within each radius, of each reconstructor and a blind guess; bounds below 99.9 %.

    Column attack is the reconstructor, `BLIND`, or of what kappa a bound is. ValueError where no
    radius was asked for.
    """
    bounds = tables["bounds"].rename(columns={"prior": "attack", "bound": "value"})
    bounds = bounds[(bounds["guarantee"] == GUARANTEE) & bounds["attack"].isin(list(BOUNDS))]
    bounds = bounds[bounds["value"] < ALL]
    measured = shared.all_shadows(tables["shadows"])
    measured = select(measured, group=shared.VIEW)
    measured = measured[measured["measure"].str.startswith(WITHIN)]
    if measured.empty:
        raise ValueError("radii: found none, must be at least one mean squared error")
    radius = measured["measure"].str.removeprefix(WITHIN).astype(float)
    names = {"blind": BLIND, spec.baseline_attack: shared.MEAN}
    measured = measured.assign(radius=radius, attack=measured["attack"].replace(names))
    measured = measured[measured["attack"] != shared.MEAN]
    joined = pd.concat([measured, bounds], ignore_index=True).assign(factor=spec.factor)
    whole = dict.fromkeys(("shadows", "positives"), "Int64")
    return joined.astype(whole | dict.fromkeys(("value", "low", "high"), float))[COLUMNS]


def draw(table: pd.DataFrame) -> Figure:
    """A panel for each radius: shares with their intervals under a line for each bound."""
    radii = sorted(table["radius"].unique())
    measured = table[~table["attack"].isin(BOUNDS)]
    figure, panels = style.panels(len(radii), shared.width(measured), 2.3, sharey=True)
    looks = shared.looks(measured)
    for axes, radius in zip(panels, radii, strict=True):
        here = table[table["radius"] == radius]
        shared.over_levels(axes, here, "attack", looks, LINES, table)
        axes.set(title=f"within an MSE of {radius:g}", ylim=(-0.03, 1.03), ylabel="")
        style.percent(axes.yaxis)
        if style.place(axes).is_first_col():
            axes.set_ylabel("records reconstructed")
    style.legend_below(figure, behind=shared.counted(table))
    return figure
