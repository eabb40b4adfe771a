"""Error of each reconstructor against the swept factor, for each kind of what is seen."""

import numpy as np
import pandas as pd
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
    return shared.named(rows, spec.baseline_attack)[COLUMNS]


def draw(table: pd.DataFrame) -> Figure:
    """A panel for each view, from zero."""
    views = sorted(table["group"].unique(), key=shared.VIEWS.index)
    figure, panels = style.panels(len(views), shared.width(table), 2.1, sharey=True)
    looks = shared.looks(table)
    # The mean image sees nothing of a model: it stands beside every view.
    mean = table[table["attack"] == shared.MEAN].drop_duplicates("arm")
    seen = table[table["attack"] != shared.MEAN]
    for axes, view in zip(panels, views, strict=True):
        rows = pd.concat([mean, seen[seen["group"] == view]])
        shared.over_levels(axes, rows, "attack", looks, shared.LINES, table)
        axes.set(title=view.replace("_", " "), ylabel="")
        if style.place(axes).is_first_col():
            axes.set_ylabel(shared.LABELS[shared.LOSS])
    # the frame of all panels holds the highest of all
    panels[0].set_ylim(0, 1.05 * np.nanmax(table[["value", "high"]].to_numpy()))
    style.legend_below(figure, behind=shared.counted(table))
    return figure
