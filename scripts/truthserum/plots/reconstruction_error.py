"""Error of each reconstructor against the swept factor, for each kind of what is seen."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from truthserum.plots import reconstruction, style
from truthserum.plots.tables import ESTIMATE, Spec, Tables, select

NEEDS = ("shadows",)
COLUMNS = ["factor", "arm", "group", "attack", "shadows", "measure", *ESTIMATE]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """MAE + MSE of every reconstructor and of the references, for each arm and view (`group`)."""
    rows = reconstruction.all_shadows(tables["shadows"])
    rows = select(rows, measure=reconstruction.LOSS)
    rows = rows[rows["attack"] != "oracle_shadows"]
    return reconstruction.named(rows, spec.baseline_attack)[COLUMNS]


@style.styled
def draw(table: pd.DataFrame) -> Figure:
    """A panel for each view, from zero."""
    views = sorted(table["group"].unique(), key=reconstruction.VIEWS.index)
    size = max(2.4, 0.7 + 0.5 * table["arm"].nunique()), 2.1
    figure, panels = style.panels(len(views), *size, sharey=True)
    names = reconstruction.series(table)
    # The mean image sees nothing of a model: it stands beside every view.
    mean = table[table["attack"] == reconstruction.MEAN].drop_duplicates("arm")
    seen = table[table["attack"] != reconstruction.MEAN]
    for axes, view in zip(panels, views, strict=True):
        rows = pd.concat([mean, seen[seen["group"] == view]])
        _panel(axes, rows, style.arms_on_axis(axes, table), names)
        axes.set_title(view.replace("_", " "))
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel(reconstruction.LABELS[reconstruction.LOSS])
    # the frame of all panels holds the highest of all
    panels[0].set_ylim(0, 1.05 * np.nanmax(table[["value", "high"]].to_numpy()))
    style.legend_below(figure, behind=reconstruction.counted(table))
    return figure


def _panel(
    axes: Axes, table: pd.DataFrame, positions: dict[float | str, int], names: list[str]
) -> None:
    """One view: markers with intervals, side by side, between mean image and oracle."""
    here = reconstruction.series(table)
    for name, rows in table.groupby("attack", sort=False):
        at = rows["arm"].map(positions)
        if name in reconstruction.LINES:
            reconstruction.levels(axes, at, rows, name)
        else:
            beside = at + style.lane_shift(here.index(name), len(here))
            look = reconstruction.look(names, name)
            style.plot_estimates(axes, beside, rows, 0, linestyle="none", **look)
