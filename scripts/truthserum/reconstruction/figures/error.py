"""Error of each reconstructor against the swept factor, for each kind of what is seen."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.tables import ESTIMATE, Spec, Tables, select
from truthserum.reconstruction.figures import shared

NEEDS = ("shadows",)
COLUMNS = ["factor", "arm", "group", "attack", "shadows", "measure", *ESTIMATE]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """MAE + MSE of every reconstructor and of the references, for each arm and view (`group`)."""
    rows = shared.all_shadows(tables["shadows"])
    rows = select(rows, measure=shared.LOSS)
    rows = rows[rows["attack"] != "oracle_shadows"]
    return shared.named(rows, spec.baseline_attack)[COLUMNS]


@style.styled
def draw(table: pd.DataFrame) -> Figure:
    """A panel for each view, from zero."""
    views = sorted(table["group"].unique(), key=shared.VIEWS.index)
    size = max(2.4, 0.7 + 0.5 * table["arm"].nunique()), 2.1
    figure, panels = style.panels(len(views), *size, sharey=True)
    names = shared.series(table)
    # The mean image sees nothing of a model: it stands beside every view.
    mean = table[table["attack"] == shared.MEAN].drop_duplicates("arm")
    seen = table[table["attack"] != shared.MEAN]
    for axes, view in zip(panels, views, strict=True):
        rows = pd.concat([mean, seen[seen["group"] == view]])
        _panel(axes, rows, style.arms_on_axis(axes, table), names)
        axes.set_title(view.replace("_", " "))
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel(shared.LABELS[shared.LOSS])
    # the frame of all panels holds the highest of all
    panels[0].set_ylim(0, 1.05 * np.nanmax(table[["value", "high"]].to_numpy()))
    style.legend_below(figure, behind=shared.counted(table))
    return figure


def _panel(
    axes: Axes, table: pd.DataFrame, positions: dict[float | str, int], names: list[str]
) -> None:
    """One view: markers with intervals, side by side, between mean image and oracle."""
    here = shared.series(table)
    for name, rows in table.groupby("attack", sort=False):
        at = rows["arm"].map(positions)
        if name in shared.LINES:
            shared.levels(axes, at, rows, name)
        else:
            beside = at + style.lane_shift(here.index(name), len(here))
            look = shared.look(names, name)
            style.plot_estimates(axes, beside, rows, 0, linestyle="none", **look)
