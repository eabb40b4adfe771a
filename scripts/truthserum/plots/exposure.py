"""Who is hurt: the vulnerability of every target, before and after the poison."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.tables import Spec, Tables, select

NEEDS = ("targets",)
TAIL = 0.05
COLUMNS = ["factor", "arm", "target", "label", "stratum", "d_prime"]
LOOKS = {
    "least": {"color": style.BLUE, "marker": "v"},
    "rest": {"color": style.GREY, "marker": "o", "markersize": 3},
    "most": {"color": style.ORANGE, "marker": "^"},
}


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """d' of each target in each arm, and the target's stratum by its d' in the reference arm.

    'most' and 'least' are the 5 % with the largest and smallest d' (at least one each where there
    are two targets), 'rest' is between. Targets without a finite d' in every arm are left out.
    """
    rows = select(tables["targets"], mode=spec.mode, attack=spec.attack)
    finite = rows[np.isfinite(rows["d_prime"])]
    complete = finite.groupby("target")["arm"].transform("nunique") == len(spec.values)
    rows = select(finite[complete], arm=list(spec.values))
    reference = rows[rows["arm"] == spec.reference].set_index("target")["d_prime"]
    return rows.assign(stratum=rows["target"].map(strata(reference)))[COLUMNS]


def strata(d_prime: pd.Series) -> pd.Series:
    """'least', 'rest' or 'most' for each of n values: the round(n / 20) at either end are tails."""
    count = len(d_prime)
    tail = min(max(1, round(TAIL * count)), count // 2)
    rank = d_prime.rank(method="first")
    names = np.select([rank <= tail, rank > count - tail], ["least", "most"], "rest")
    return pd.Series(names, index=d_prime.index)


@style.styled
def draw(table: pd.DataFrame) -> Figure:
    """Left: d' in the last arm against the first. Right: mean and quartiles for each arm.

    With a single arm there is nothing to compare, and only the right panel is drawn.
    """
    arms = list(table["arm"].unique())
    if len(arms) == 1:
        figure = Figure(figsize=(4.2, 3.4))
        _distributions(figure.subplots(), table)
    else:
        figure = Figure(figsize=(6.6, 3.2))
        left, right = figure.subplots(1, 2)
        _before_after(left, table, arms[0], arms[-1])
        _distributions(right, table)
    style.legend_below(figure)
    return figure


def _before_after(axes: Axes, table: pd.DataFrame, before: float | str, after: float | str) -> None:
    """Scatter of each target's d' in two arms, with the line of no change."""
    wide = table.pivot(index=["target", "stratum"], columns="arm", values="d_prime").reset_index()
    ends = [wide[before].min(), wide[before].max()]
    axes.plot(ends, ends, color="0.4", lw=0.8, label="no change")
    for stratum in ("rest", "least", "most"):
        rows = wide[wide["stratum"] == stratum]
        axes.plot(rows[before], rows[after], linestyle="none", alpha=0.8, **LOOKS[stratum])
    factor = table["factor"].iloc[0]
    axes.set_xlabel(f"d′ at {style.arm_label(factor, before)}")
    axes.set_ylabel(f"d′ at {style.arm_label(factor, after)}")


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
        count = rows["target"].nunique()
        axes.plot(place, mean, linestyle="none", label=f"{label} (n = {count})", **look)
    axes.set_ylabel("d′: mean and quartiles")
