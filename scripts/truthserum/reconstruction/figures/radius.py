"""How often a record is reconstructed within an error, under what differential privacy allows."""

import pandas as pd
from matplotlib.axes import Axes
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
    "any_guess": {"ls": "-", "label": "bound, whatever is guessed"},
    "guesses": {"ls": "--", "label": "bound, for the best guess found"},
}
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


@style.styled
def draw(table: pd.DataFrame) -> Figure:
    """A panel for each radius: shares with their intervals under a line for each bound."""
    radii = sorted(table["radius"].unique())
    size = max(2.4, 0.7 + 0.5 * table["arm"].nunique()), 2.3
    figure, panels = style.panels(len(radii), *size, sharey=True)
    for axes, radius in zip(panels, radii, strict=True):
        _panel(axes, table[table["radius"] == radius], style.arms_on_axis(axes, table))
        axes.set(title=f"within an MSE of {radius:g}", ylim=(-0.03, 1.03))
        style.percent(axes.yaxis)
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel("records reconstructed")
    style.legend_below(figure, behind=shared.counted(table))
    return figure


def _panel(axes: Axes, table: pd.DataFrame, positions: dict[float | str, int]) -> None:
    names = [name for name in shared.series(table) if name not in BOUNDS]
    for name, rows in table.groupby("attack", sort=False):
        at = rows["arm"].map(positions)
        if name in BOUNDS:
            axes.hlines(rows["value"], at - 0.4, at + 0.4, color="black", lw=1, **BOUNDS[name])
        elif name == BLIND:
            shared.levels(axes, at, rows, name)
        else:
            beside = at + style.lane_shift(names.index(name), len(names))
            look = shared.look(names, name)
            style.plot_estimates(axes, beside, rows, 0, linestyle="none", **look)
