"""Who is hurt: the vulnerability of every target before and after the poison, and its gain."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from truthserum.plots import style
from truthserum.plots.tables import Spec, Tables, select

NEEDS = ("targets",)
TAIL = 0.05
TARGET = ["target", "candidate"]
COLUMNS = ["factor", "arm", *TARGET, "label", "stratum", "d_prime"]
QUARTILES = ("pi", 50)
COLOURS = {"least": style.BLUE, "rest": style.GREY, "most": style.ORANGE}
MARKERS = {"least": "v", "rest": "o", "most": "^"}


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """d' of each target in each arm, and the target's stratum by its d' in the reference arm.

    'most' and 'least' are the 5 % with the largest and smallest d' (at least one each where there
    are two targets), 'rest' is between. Targets without a finite d' in every arm are left out.
    Where a secret has more than two values, each counts, as `candidate` 0, 1, … of the target.
    """
    rows = select(tables["targets"], mode=spec.modes, attack=spec.attack)
    rows = rows.assign(candidate=rows.groupby(["arm", "target"]).cumcount())
    finite = rows[np.isfinite(rows["d_prime"])]
    complete = finite.groupby(TARGET)["arm"].transform("nunique") == len(spec.values)
    rows = finite[complete]
    if len(rows):
        rows = select(rows, arm=list(spec.values))
    reference = rows[rows["arm"] == spec.reference].set_index(TARGET)["d_prime"]
    return rows.join(strata(reference).rename("stratum"), on=TARGET)[COLUMNS]


def strata(d_prime: pd.Series) -> pd.Series:
    """'least', 'rest' or 'most' for each of n values: the round(n / 20) at either end are tails."""
    count = len(d_prime)
    tail = min(max(1, round(TAIL * count)), count // 2)
    rank = d_prime.rank(method="first")
    names = np.select([rank <= tail, rank > count - tail], ["least", "most"], "rest")
    return pd.Series(names, index=d_prime.index)


def draw(table: pd.DataFrame) -> Figure:
    """d' in the last arm against the first; the gain of each class; each arm's mean and quartiles.

    With a single arm there is nothing to compare, and only the last panel is drawn; of no target
    there is a sentence.
    """
    arms = list(table["arm"].unique())
    if not arms:  # as of models that have not begun to learn
        return style.sentence("no target has a finite d′ in every arm")
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
        _before_after(left, wide.rename(columns={arms[0]: "before", arms[-1]: "after"}))
        left.set(xlabel=f"d′ at {ends[0]}", ylabel=f"d′ at {ends[1]}")
        _gains(middle, wide.assign(gain=wide[arms[-1]] - wide[arms[0]]))
        _distributions(right, table)
    style.legend_below(figure)
    return figure


def _before_after(axes: Axes, wide: pd.DataFrame) -> None:
    """Scatter of each target's d' in two arms, with the line of no change."""
    ends = [wide["before"].min(), wide["before"].max()]
    axes.plot(ends, ends, color="0.4", lw=0.8, label="no change")
    look = {"palette": COLOURS, "markers": MARKERS, "s": 20, "alpha": 0.8, "linewidth": 0}
    by = {"x": "before", "y": "after", "hue": "stratum", "style": "stratum"}
    sns.scatterplot(wide, **by, **look, legend=False, ax=axes)


def _gains(axes: Axes, wide: pd.DataFrame) -> None:
    """The gain of each target (faint), and mean and quartiles, by the target's class."""
    by_class = {"x": "label", "y": "gain", "native_scale": True, "ax": axes}
    axes.axhline(0, color="0.4", lw=0.8)
    sns.stripplot(wide, **by_class, jitter=False, color=style.GREY, size=3, alpha=0.5)
    look = {"color": "black", "marker": "D", "markersize": 3.5, "linestyle": "none"}
    name = "mean and quartiles of a class"
    sns.pointplot(wide, **by_class, **look, errorbar=QUARTILES, label=name, err_kws={"lw": 1.4})
    axes.xaxis.set_major_locator(MaxNLocator(10, integer=True, min_n_ticks=1))
    axes.set(xlabel="class of the target", ylabel="gain in d′ (last less first)")


def _distributions(axes: Axes, table: pd.DataFrame) -> None:
    """Mean (marker) and quartiles (bar) of each stratum in each arm."""
    strata = [stratum for stratum in COLOURS if (table["stratum"] == stratum).any()]
    counts = table.drop_duplicates(TARGET).groupby("stratum").size()
    names = {"least": "least exposed 5 %", "rest": "rest", "most": "most exposed 5 %"}
    labels = {stratum: f"{names[stratum]} (n = {counts[stratum]})" for stratum in strata}
    sns.pointplot(
        table.assign(stratum=table["stratum"].map(labels)),
        x="arm",
        y="d_prime",
        hue="stratum",
        order=table["arm"].unique(),
        hue_order=list(labels.values()),
        palette=[COLOURS[stratum] for stratum in strata],
        markers=[MARKERS[stratum] for stratum in strata],
        linestyles="none",
        errorbar=QUARTILES,
        dodge=0.44 if len(strata) > 1 else False,
        markersize=4.5,
        err_kws={"linewidth": 1.4},
        ax=axes,
    )
    style.arms_on_axis(axes, table)
    axes.set_ylabel("d′: mean and quartiles")
