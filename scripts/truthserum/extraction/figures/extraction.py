"""How many canaries are found within so many guesses."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from truthserum.extraction.figures.guesses import ATTACKS, chosen
from truthserum.plots import style
from truthserum.plots.tables import Spec, Tables

NEEDS = ("canaries",)
COLUMNS = ["factor", "arm", "attack", "guesses", "share", "canaries", "candidates", "poison_share"]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """For each arm and attack, the share of its canaries found within each number of guesses.

    A row for every canary, in the order in which they are found.
    """
    rows = chosen(tables["canaries"], spec)
    by_arm = rows.groupby(["attack", "arm"], sort=False)["guesses"]
    rows = rows.assign(share=by_arm.rank(method="max", pct=True), canaries=by_arm.transform("size"))
    parts = [rows.loc[part.sort_values().index] for _, part in by_arm]
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def draw(table: pd.DataFrame) -> Figure:
    """A panel for each attack; a line for each arm, lighter is the reference."""
    attacks = list(table["attack"].unique())
    figure, panels = style.panels(len(attacks), 3.3, 2.3, sharey=True)
    looks = style.arm_looks(table)
    for axes, attack in zip(panels, attacks, strict=True):
        rows = table[table["attack"] == attack]
        for arm, of_arm in rows.groupby("arm", sort=False):
            look = {key: looks[arm][key] for key in ("color", "linestyle", "label")}
            sns.ecdfplot(of_arm, x="guesses", ax=axes, **look)
        for candidates in sorted(rows["candidates"].unique()):
            _chance(axes, candidates)
        count = style.count_range(rows["canaries"])
        axes.set(title=f"{ATTACKS.get(attack, attack)} (n = {count} canaries)", ylabel="")
        if style.place(axes).is_first_col():
            axes.set_ylabel("share of the canaries found")
    style.legend_below(figure)
    return figure


def _chance(axes: Axes, candidates: int) -> None:
    """Guessing at random finds a share n / candidates within n guesses.

    The frame is that of the last call.
    """
    guesses = np.geomspace(1, candidates, 200)
    axes.plot(guesses, guesses / candidates, color="0.4", ls="--", lw=0.8, label="chance")
    axes.set(xscale="log", xlim=(0.7, candidates), ylim=(-0.03, 1.03), xlabel="guesses")
    style.percent(axes.yaxis)
