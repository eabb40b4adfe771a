"""Every attack side by side, without poison and with the most."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.tables import ESTIMATE, Spec, Tables, blank_unresolved, select

NEEDS = ("metrics",)
MEASURES = ("tpr_at_fpr_0.001", "tpr_at_fpr_0.01", "auc")
COLUMNS = ["factor", "arm", "attack", "measure", *ESTIMATE]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Two rates and the AUC of all attacks on the targets, for the first and the last arm."""
    frame = tables["metrics"]
    ends = frame[frame["arm"].isin({spec.reference, spec.strongest})]
    rows = select(ends, mode=spec.mode, group="targets", measure=list(MEASURES))
    return blank_unresolved(rows)[COLUMNS]


@style.styled
def draw(table: pd.DataFrame) -> Figure:
    """A panel for each measure, the attacks from top to bottom, two marks for each."""
    attacks, looks = list(table["attack"].unique()), style.arm_looks(table["arm"])
    size = style.WIDTH / len(MEASURES), 0.55 + 0.26 * len(attacks)
    figure, panels = style.panels(len(MEASURES), *size, sharey=True)
    for axes, measure in zip(panels, MEASURES, strict=True):
        axes.set_title(style.MEASURES[measure], fontsize=style.STYLE["font.size"])
        axes.set_xlim(-0.03, 1.03)
        axes.tick_params(axis="y", length=0)
        for lane, (arm, look) in enumerate(looks.items()):
            rows = table[(table["measure"] == measure) & (table["arm"] == arm)]
            places = rows["attack"].map(attacks.index) + style.lane_shift(lane, len(looks), 0.3)
            label = style.arm_label(table["factor"].iloc[0], arm) + style.share_note(rows)
            marks(axes, rows, places, label=label, **look | {"linestyle": "none"})
        if measure in style.RATES:
            style.percent(axes.xaxis)
    panels[0].set_yticks(range(len(attacks)), [style.ATTACKS.get(a, a) for a in attacks])
    panels[0].set_ylim(len(attacks) - 0.5, -0.5)  # the first attack on top
    style.legend_below(figure, table["value"].isna().any(), style.counted(table))
    return figure


def marks(axes: Axes, rows: pd.DataFrame, places: pd.Series, **look: str) -> None:
    """Estimates with their intervals, from left to right; a cross beside what is unresolved."""
    axes.hlines(places, rows["low"], rows["high"], color=look["color"], lw=1.2)
    axes.plot(rows["value"], places, **look)
    unresolved = places[rows["value"].isna()]
    if len(unresolved):
        beside = {"transform": axes.get_yaxis_transform(), "clip_on": False}
        axes.plot([1.04] * len(unresolved), unresolved, "x", color=look["color"], **beside)
