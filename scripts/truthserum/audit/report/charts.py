"""The figures of an audit's page, each of a table or of claims; narrow enough for a telephone."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from scipy.stats import binom

from truthserum.audit.claim import Claim
from truthserum.plots import intervals, style
from truthserum.statistics.estimates import Interval

WIDTH = 4.6  # inches
READ: Any = {"font.size": 9.5, "axes.labelsize": 9.5, "xtick.labelsize": 9, "ytick.labelsize": 9}
READ |= {"legend.fontsize": 9}
ACROSS, DOWN = 40, 25
ALONE = {"alone": {"label": "alone", "color": style.BLUE, "marker": "o"}}  # of one series
CHOSEN = "chosen"


@contextmanager
def canvas(height: float) -> Iterator[tuple[Figure, Axes]]:
    """A figure of so many inches with one panel, and text that can be read on a page."""
    with matplotlib.rc_context(READ):
        figure = Figure(figsize=(WIDTH, height))
        yield figure, figure.subplots()


def of_thousand(share: Interval) -> Figure:
    """A thousand dots: those told, those that the interval leaves open, and the others."""
    told, most = round(1000 * share.low), round(1000 * share.high)
    kinds = np.repeat(["recognised", "perhaps", "not recognised"], [told, most - told, 1000 - most])
    places = pd.DataFrame(
        {"x": np.tile(np.arange(ACROSS), DOWN), "y": np.repeat(np.arange(DOWN), ACROSS)}
    ).assign(kind=kinds)
    looks = {
        "recognised": {"color": style.ORANGE, "marker": "s", "s": 22},
        "perhaps": {"color": style.ORANGE, "marker": "x", "s": 14, "linewidth": 1.2},
        "not recognised": {"color": "0.8", "marker": ".", "s": 14, "linewidth": 0},
    }
    with canvas(3.2) as (figure, axes):
        for kind, look in looks.items():
            rows = places[places["kind"] == kind]
            label = f"{kind}: {len(rows):,}"
            sns.scatterplot(rows, x="x", y="y", ax=axes, label=label, legend=False, **look)
        axes.invert_yaxis()
        axes.set_axis_off()
        style.legend_below(figure)
    return figure


def roc(curves: pd.DataFrame, negatives: int) -> Figure:
    """ROC curves on logarithmic axes: the chosen attack with its band, the others without.

    curves: columns attack, group, fpr, tpr, low, high; group is the arm. Of the poisoned arm the
    chosen attack alone. negatives: decisions on others, below one false alarm of which nothing can
    be read.
    """
    floor = max(1e-5, 0.5 / max(negatives, 1))
    tried = [name for name in dict.fromkeys(curves["attack"]) if name != CHOSEN]
    looks = {
        (CHOSEN, "clean"): {"color": "black", "linewidth": 2, "label": "chosen"},
        (CHOSEN, "poisoned"): {"color": style.RED, "ls": "--", "label": "chosen, poisoned"},
    } | {
        (name, "clean"): {
            "color": style.COLOURS[index % len(style.COLOURS)],
            "ls": style.LINES[1 + index % (len(style.LINES) - 1)],
            "linewidth": 1,
            "label": shortened(name.replace("_", " ")),
        }
        for index, name in enumerate(tried)
    }
    with canvas(4.3) as (figure, axes):
        for (attack, group), look in looks.items():
            rows = curves[(curves["attack"] == attack) & (curves["group"] == group)]
            if len(rows):
                _curve(axes, rows.assign(fpr=rows["fpr"].clip(lower=floor / 2)), look)
        axes.plot([floor, 1], [floor, 1], color="0.6", lw=0.8, label="guessing")
        axes.axvspan(floor / 2, 1 / max(negatives, 1), color="0.93", lw=0, zorder=0)
        lowest = curves.loc[curves["tpr"] > 0, "tpr"].min()
        axes.set(xscale="log", yscale="log", xlim=(floor, 1), ylim=(min(0.1, lowest / 2), 1.1))
        axes.set(xlabel="others wrongly accused", ylabel="members recognised")
        for axis in (axes.xaxis, axes.yaxis):
            style.percent(axis)
        style.legend_below(figure)
    return figure


def _curve(axes: Axes, rows: pd.DataFrame, look: Mapping[str, Any]) -> None:
    """One curve, in steps, with its band if it has one."""
    above = rows[rows["tpr"] > 0]
    steps: dict[str, Any] = {"estimator": None, "legend": False, "drawstyle": "steps-post"}
    sns.lineplot(above, x="fpr", y="tpr", ax=axes, **steps, **look)
    band = above.dropna(subset=["low", "high"])
    ends, color = (band["low"], band["high"]), look["color"]
    axes.fill_between(band["fpr"], *ends, step="post", color=color, alpha=0.12, lw=0)


def scores(bins: pd.DataFrame) -> Figure:
    """How a signal is distributed over members and others, by bins.

    bins: columns member (0, 1), low, high, share; the same bins for both.
    """
    sides = bins["member"].map({1: "members", 0: "others"})
    rows = bins.assign(side=sides, middle=(bins["low"] + bins["high"]) / 2)
    edges = [*np.unique(bins["low"]), bins["high"].max()]
    with canvas(3.2) as (figure, axes):
        colours = {"members": style.ORANGE, "others": style.BLUE}
        for side, line in (("members", "-"), ("others", "--")):
            sns.histplot(
                rows[rows["side"] == side],
                x="middle",
                weights="share",
                bins=edges,
                element="step",
                color=colours[side],
                alpha=0.15,
                linestyle=line,
                linewidth=1.6,
                label=side,
                legend=False,
                ax=axes,
            )
        axes.set(xlabel=shortened(str(bins["signal"].iloc[0])), ylabel="share")
        style.percent(axes.yaxis)
        style.legend_below(figure)
    return figure


def wins(records: pd.DataFrame) -> Figure:
    """In how many pairs the model that held a record was surer of it, beside what chance does.

    records: columns wins and pairs; of records with the most pairs, which nearly all have.
    """
    pairs = int(records["pairs"].max())
    whole = records.loc[records["pairs"] == pairs, "wins"]
    found = whole.value_counts().reindex(range(pairs + 1), fill_value=0)
    chance = len(whole) * binom.pmf(np.arange(pairs + 1), pairs, 0.5)
    table = pd.DataFrame({"wins": np.arange(pairs + 1), "records": found.to_numpy()})
    with canvas(3.2) as (figure, axes):
        look = {"color": style.BLUE, "label": "found", "legend": False}
        sns.barplot(table, x="wins", y="records", native_scale=True, ax=axes, **look)
        sns.lineplot(
            x=table["wins"],
            y=chance,
            color="black",
            marker="o",
            markersize=4,
            linestyle="--",
            label="by chance alone",
            legend=False,
            ax=axes,
        )
        axes.set(xlabel=f"pairs won, of {pairs}", ylabel="records")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        style.legend_below(figure)
    return figure


def of_groups(claims: Mapping[str, Claim], whole: Claim) -> Figure:
    """A measure of each group by its name, with its interval, and a line where it is for all."""
    order = distinct(claims)
    rows = _estimates("group", dict(zip(order, claims.values(), strict=True)))
    with canvas(1.3 + 0.32 * len(rows)) as (figure, axes):
        intervals.estimates(axes, rows, "series", ALONE, order, x="value", y="group")
        if whole.value is not None:
            axes.axvline(whole.value, color="0.4", ls=":")
        axes.set(xlabel="members recognised", ylabel="", xlim=(0, None))
        style.percent(axes.xaxis)
    return figure


def of_growth(claims: Mapping[int, Claim]) -> Figure:
    """A measure of so many models each, with its interval."""
    rows = _estimates("models", {str(models): claim for models, claim in claims.items()})
    with canvas(2.6) as (figure, axes):
        intervals.estimates(axes, rows, "series", ALONE, list(rows["models"]), x="models")
        axes.set(xlabel="models trained", ylabel="members recognised", ylim=(0, None))
        style.percent(axes.yaxis)
    return figure


def _estimates(place: str, claims: Mapping[str, Claim]) -> pd.DataFrame:
    """A row for each claim, named in the column `place`, with its interval."""
    rows = [(name, one.value, one.low, one.high) for name, one in claims.items()]
    return pd.DataFrame(rows, columns=[place, "value", "low", "high"]).assign(series="alone")


def of_leaks(points: Mapping[str, tuple[Claim, float | None]]) -> Figure:
    """How often an adversary is right, with its interval, by the name of what leaks.

    A cross is how often without the leak, where that is known.
    """
    rows = [
        {"leak": name, "series": series, "value": value, "low": low, "high": high}
        for name, (claim, beside) in points.items()
        for series, value, low, high in [
            ("adversary", claim.value, claim.low, claim.high),
            ("without the leak", beside, beside, beside),
        ]
        if value is not None
    ]
    looks = {
        "adversary": {"label": "adversary", "color": style.ORANGE, "marker": "o"},
        "without the leak": {"label": "without the leak", "color": "0.3", "marker": "X"},
    }
    with canvas(1.6 + 0.4 * len(points)) as (figure, axes):
        frame = pd.DataFrame(rows)
        intervals.estimates(axes, frame, "series", looks, list(points), x="value", y="leak")
        axes.set(xlabel="adversary is right", ylabel="", xlim=(-0.02, 1.02))
        style.percent(axes.xaxis)
        style.legend_below(figure)
    return figure


def of_mitigations(points: Mapping[str, tuple[Claim, Claim]]) -> Figure:
    """Leak and accuracy of each mitigation by its name, both with their intervals."""
    with canvas(3.6) as (figure, axes):
        named = zip(distinct(points), points.values(), strict=True)
        for index, (label, (leak, right)) in enumerate(named):
            look = style.series_look(index)
            (x, across), (y, upright) = _placed(right), _placed(leak)
            axes.errorbar(x, y, xerr=across, yerr=upright, fmt="none", ecolor=look["color"])
            sns.scatterplot(x=x, y=y, label=label, legend=False, ax=axes, s=50, **look)
        axes.set(xlabel="right answers", ylabel="members recognised", ylim=(0, None))
        axes.margins(x=0.1)
        axes.xaxis.set_major_locator(MaxNLocator(4))  # of percentages with decimals
        for axis in (axes.xaxis, axes.yaxis):
            style.percent(axis)
        style.legend_below(figure)
    return figure


def _placed(one: Claim) -> tuple[list[float], list[list[float]]]:
    """Its value, and how far its interval reaches down and up; not at all where there is none."""
    assert one.value is not None  # only what is known is drawn
    low, high = (one.value if end is None else end for end in (one.low, one.high))
    return [one.value], [[one.value - low], [high - one.value]]


def distinct(names: Iterable[str]) -> list[str]:
    """Names as an axis has room for, numbered where they would be the same."""
    made: list[str] = []
    for name in names:
        short = shortened(name.replace("_", " "))
        again = sum(other.rpartition(" #")[0] == short or other == short for other in made)
        made.append(f"{short} #{again + 1}" if again else short)
    return made


def shortened(name: str, most: int = 24) -> str:
    """A name of the user's as an axis has room for; signs that mean a formula are none."""
    text = "".join(sign if sign.isprintable() else "?" for sign in name).replace("$", r"\$")
    return text if len(text) <= most else f"{text[: most - 1]}…"
