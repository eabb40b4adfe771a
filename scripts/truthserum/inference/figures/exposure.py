"""Who is hurt: the vulnerability of every target before and after the poison, and its gain."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from truthserum.plots import style
from truthserum.plots.tables import Spec, Tables, select

NEEDS = ("targets",)
TAIL = 0.05
TARGET = ["target", "candidate"]
COLUMNS = ["factor", "arm", *TARGET, "label", "stratum", "d_prime"]
LOOKS = {
    "least": {"color": style.BLUE, "marker": "v"},
    "rest": {"color": style.GREY, "marker": "o", "markersize": 3},
    "most": {"color": style.ORANGE, "marker": "^"},
}


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """d' of each target in each arm, and the target's stratum by its d' in the reference arm.

    'most' and 'least' are the 5 % with the largest and smallest d' (at least one each where there
    are two targets), 'rest' is between. Targets without a finite d' in every arm are left out.
    Where a secret has more than two values, each counts, as `candidate` 0, 1, … of the target.
    """
    rows = select(tables["targets"], mode=spec.mode, attack=spec.attack)
    rows = rows.assign(candidate=rows.groupby(["arm", "target"]).cumcount())
    finite = rows[np.isfinite(rows["d_prime"])]
    complete = finite.groupby(TARGET)["arm"].transform("nunique") == len(spec.values)
    rows = select(finite[complete], arm=list(spec.values))
    reference = rows[rows["arm"] == spec.reference].set_index(TARGET)["d_prime"]
    return rows.join(strata(reference).rename("stratum"), on=TARGET)[COLUMNS]


def strata(d_prime: pd.Series) -> pd.Series:
    """'least', 'rest' or 'most' for each of n values: the round(n / 20) at either end are tails."""
    count = len(d_prime)
    tail = min(max(1, round(TAIL * count)), count // 2)
    rank = d_prime.rank(method="first")
    names = np.select([rank <= tail, rank > count - tail], ["least", "most"], "rest")
    return pd.Series(names, index=d_prime.index)


@style.styled
def draw(table: pd.DataFrame) -> Figure:
    """d' in the last arm against the first; the gain of each class; each arm's mean and quartiles.

    With a single arm there is nothing to compare, and only the last panel is drawn.
    """
    arms = list(table["arm"].unique())
    if len(arms) == 1:
        figure = Figure(figsize=(4.2, 3.4))
        _distributions(figure.subplots(), table)
    else:
        figure = Figure(figsize=(style.WIDTH, 3.0))
        left, middle, right = figure.subplots(1, 3)
        by = [*TARGET, "label", "stratum"]
        wide = table.pivot(index=by, columns="arm", values="d_prime").reset_index()
        ends = [
            style.arm_label(table["factor"].iloc[0], arm)
            + style.share_note(table[table["arm"] == arm])
            for arm in (arms[0], arms[-1])
        ]
        before, after = wide[arms[0]], wide[arms[-1]]
        _before_after(left, before, after, wide["stratum"])
        left.set(xlabel=f"d′ at {ends[0]}", ylabel=f"d′ at {ends[1]}")
        _gains(middle, after - before, wide["label"])
        middle.set_ylabel("gain in d′ (last less first)")
        _distributions(right, table)
    style.legend_below(figure)
    return figure


def _before_after(axes: Axes, before: pd.Series, after: pd.Series, stratum: pd.Series) -> None:
    """Scatter of each target's d' in two arms, with the line of no change."""
    ends = [before.min(), before.max()]
    axes.plot(ends, ends, color="0.4", lw=0.8, label="no change")
    for name in ("rest", "least", "most"):
        rows = stratum == name
        axes.plot(before[rows], after[rows], linestyle="none", alpha=0.8, **LOOKS[name])


def _gains(axes: Axes, gain: pd.Series, label: pd.Series) -> None:
    """The gain of each target (faint), and mean and quartiles, by the target's class."""
    by_class = gain.groupby(label)
    low, mean, high = by_class.quantile(0.25), by_class.mean(), by_class.quantile(0.75)
    axes.axhline(0, color="0.4", lw=0.8)
    axes.plot(label, gain, ".", color=style.GREY, alpha=0.4, markeredgewidth=0)
    axes.vlines(mean.index, low, high, color="black", lw=2, alpha=0.6, label="quartiles of a class")
    axes.plot(mean.index, mean, "D", color="black", markersize=3.5, label="mean of a class")
    axes.xaxis.set_major_locator(MaxNLocator(10, integer=True))
    axes.set_xlabel("class of the target")


def _distributions(axes: Axes, table: pd.DataFrame) -> None:
    """Mean (marker) and quartiles (bar) of each stratum in each arm."""
    positions = style.arms_on_axis(axes, table)
    for shift, (stratum, look) in zip((-0.22, 0, 0.22), LOOKS.items(), strict=True):
        rows = table[table["stratum"] == stratum]
        if rows.empty:
            continue
        by_arm = rows.groupby("arm", sort=False)["d_prime"]
        mean, low, high = by_arm.mean(), by_arm.quantile(0.25), by_arm.quantile(0.75)
        place = mean.index.map(positions) + shift
        axes.vlines(place, low, high, color=look["color"], lw=2, alpha=0.6)
        label = f"{stratum} exposed 5 %" if stratum != "rest" else "rest"
        count = len(rows.drop_duplicates(TARGET))
        axes.plot(place, mean, linestyle="none", label=f"{label} (n = {count})", **look)
    axes.set_ylabel("d′: mean and quartiles")
