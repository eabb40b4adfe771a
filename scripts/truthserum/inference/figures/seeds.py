"""How far whole experiments are apart: arms that were run again with other seeds."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle
from matplotlib.ticker import MaxNLocator

from truthserum.inference.figures.measures import CHANCE
from truthserum.plots import style
from truthserum.plots.intervals import estimates
from truthserum.plots.tables import ESTIMATE, Spec, Tables, resolved_of_targets

NEEDS = ("metrics",)
ACROSS = ("seeds",)
MEASURES = ("tpr_at_fpr_0.001", "tpr_at_fpr_0.01", "fpr_at_tpr_0.5", "auc")
MAIN = "main"
COLUMNS = ["factor", "arm", "seed", "attack", "measure", *ESTIMATE]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """The measures of the attack on the targets at each seed, for the arms that have several.

    seed: `MAIN` for that of all other figures. Unresolved measures are blank; one that is resolved
    nowhere is left out.
    """
    again = tables["seeds"].assign(factor=spec.factor)
    first = tables["metrics"].assign(seed=MAIN)
    first = first[first["arm"].isin(again["arm"])]
    every = pd.concat([first, again], ignore_index=True)
    rows = resolved_of_targets(every, spec, MEASURES)
    return rows.assign(seed=rows["seed"].astype(str))[COLUMNS]


def draw(table: pd.DataFrame) -> Figure:
    """A panel for each measure, the arms from top to bottom, a row for each seed."""
    arms, seeds = list(table["arm"].unique()), list(table["seed"].unique())
    measures = [measure for measure in MEASURES if (table["measure"] == measure).any()]
    height = 0.55 + 0.17 * (len(seeds) + 1) * len(arms)
    figure, panels = style.panels(len(measures), style.WIDTH / len(measures), height, sharey=True)
    for axes, measure in zip(panels, measures, strict=True):
        rows = table[table["measure"] == measure]
        estimates(axes, rows, "seed", _looks(seeds), arms, x="value", y="arm")
        axes.axvline(CHANCE[measure], **style.GUESSING)
        axes.set(title=style.MEASURES[measure], xlabel="", ylabel="")
        axes.margins(x=0.08)
        axes.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 4, 5, 10]))
        if measure in style.RATES:
            style.percent(axes.xaxis)
    panels[0].set_yticks(range(len(arms)), list(style.arm_names(table).values()))
    panels[0].set_ylabel(style.factor_name(table))
    style.legend_below(figure, table["value"].isna().any(), style.counted(table))
    return figure


def _looks(seeds: list[str]) -> dict[str, dict[str, Any]]:
    """Of each seed: all but the first look the same, and one of them is in the legend."""
    hollow = {"color": style.ORANGE, "marker": MarkerStyle("s", fillstyle="none")}
    first, *others = (seed for seed in seeds if seed != MAIN)
    return (
        {MAIN: {"label": "seed of the other figures", "color": "black", "marker": "o"}}
        | {first: hollow | {"label": "other seeds"}}
        | {seed: hollow | {"label": f"_{seed}"} for seed in others}
    )
