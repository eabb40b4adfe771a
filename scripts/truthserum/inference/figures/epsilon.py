"""Epsilon from below, as attacks prove it, and from above, as the defence promises it."""

from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle
from matplotlib.ticker import ScalarFormatter, SymmetricalLogLocator

from truthserum.plots import style
from truthserum.plots.intervals import over_arms
from truthserum.plots.tables import Spec, Tables, select

NEEDS = ("epsilon",)
COLUMNS = ["factor", "arm", "attack", "lower", "ceiling", "upper", "delta"]
COUNTS = {"coins": "memberships", "models": "models"}

FILLS: tuple[Literal["full", "none"], ...] = ("full", "none")


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """The bounds by the attack and by its baseline, in each arm."""
    rows = select(tables["epsilon"], mode=spec.modes, attack=[spec.attack, spec.baseline_attack])
    return rows[[*COLUMNS, "coins", "guesses", "correct", "models", "shadows"]]


def draw(table: pd.DataFrame) -> Figure:
    """A column an arm; upward triangles are lower bounds, downward ones upper bounds.

    The axis is linear up to one and logarithmic above. A dash is what the audit could have proven.
    """
    figure = Figure(figsize=(6.2, 3.2))
    axes = figure.subplots()
    axes.set_yscale("symlog", linthresh=1)
    ticks = SymmetricalLogLocator(base=10, linthresh=1, subs=(1, 2, 5))
    axes.yaxis.set(major_locator=ticks, major_formatter=ScalarFormatter())
    looks = {
        attack: {
            "label": f"at least, by {style.ATTACKS.get(attack, attack.replace('_', ' '))}",
            "color": colour,
            "marker": MarkerStyle("^", fillstyle=fill),
        }
        for attack, colour, fill in zip(
            table["attack"].unique(), (style.BLUE, style.ORANGE), FILLS, strict=False
        )
    }
    lower = table.assign(value=table["lower"], low=np.nan, high=np.nan)
    positions = over_arms(axes, lower, "attack", looks, table)
    arms = table.drop_duplicates("arm")
    places = arms["arm"].map(positions)
    proven = "most that could be proven"
    axes.plot(places, arms["ceiling"], "_", color=style.GREY, markersize=16, label=proven)
    if arms["upper"].notna().any():
        axes.plot(places, arms["upper"], "v", color="black", label="at most, as promised")
    highest = np.nanmax(table[["lower", "ceiling", "upper"]].to_numpy())
    axes.set_ylim(-0.1, 1.5 * highest or 1)
    axes.set_ylabel(f"epsilon at delta {_delta(table)}")
    style.legend_below(figure, behind=style.counted(table, **COUNTS))
    return figure


def _delta(table: pd.DataFrame) -> str:
    """The delta of all arms, or their range."""
    ends = dict.fromkeys((table["delta"].min(), table["delta"].max()))
    return " to ".join(f"{delta:g}".replace("e-0", "e-") for delta in ends)
