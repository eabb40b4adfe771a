"""The figures of an audit's page, each of a table or of claims; narrow enough for a telephone."""

from collections.abc import Sequence

import matplotlib
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from scipy.stats import binom

from truthserum.audit.report.result import Claim, Mitigation
from truthserum.audit.report.wording import percent
from truthserum.plots import intervals, style

WIDTH = 4.6  # inches
READ = {"font.size": 9.5, "axes.labelsize": 9.5, "xtick.labelsize": 9, "ytick.labelsize": 9}
READ |= {"legend.fontsize": 9}
ACROSS, DOWN = 40, 25


def of_thousand(claim: Claim) -> Figure:
    """A thousand dots: those told, those that the interval leaves open, and the others.

    claim: resolved, a share with an interval.
    """
    told, most = round(1000 * claim.low), round(1000 * claim.high)
    kinds = np.repeat(["told", "perhaps", "not told"], [told, most - told, 1000 - most])
    places = pd.DataFrame(
        {"x": np.tile(np.arange(ACROSS), DOWN), "y": np.repeat(np.arange(DOWN), ACROSS)}
    ).assign(kind=kinds)
    looks = {
        "told": {"color": style.ORANGE, "marker": "s", "s": 22},
        "perhaps": {"color": style.ORANGE, "marker": "x", "s": 14, "linewidth": 1.2},
        "not told": {"color": "0.8", "marker": ".", "s": 14, "linewidth": 0},
    }
    with matplotlib.rc_context(READ):
        figure = Figure(figsize=(WIDTH, 3.2))
        axes = figure.subplots()
        for kind, look in looks.items():
            rows = places[places["kind"] == kind]
            label = f"{kind}: {len(rows):,}"
            sns.scatterplot(rows, x="x", y="y", ax=axes, label=label, legend=False, **look)
        axes.invert_yaxis()
        axes.set_axis_off()
        style.legend_below(figure)
    return figure


def roc(curves: pd.DataFrame, strongest: str, negatives: int) -> Figure:
    """ROC curves on logarithmic axes: the strongest attack with its band, the others without.

    curves: columns attack, fpr, tpr, low, high, of all records. negatives: decisions on others,
    below one false alarm of which nothing can be read.
    """
    floor = max(1e-5, 0.5 / max(negatives, 1))
    with matplotlib.rc_context(READ):
        figure = Figure(figsize=(WIDTH, 3.9))
        axes = figure.subplots()
        names = sorted(curves["attack"].unique(), key=lambda name: (name != strongest, name))
        for index, name in enumerate(names):
            rows = curves[(curves["attack"] == name) & (curves["tpr"] > 0)].sort_values("fpr")
            rows = rows.assign(fpr=rows["fpr"].clip(lower=floor / 2))
            look = {
                "color": style.COLOURS[index % len(style.COLOURS)],
                "linestyle": style.LINES[index % len(style.LINES)],
                "linewidth": 2 if name == strongest else 1.2,
            }
            sns.lineplot(
                rows, x="fpr", y="tpr", estimator=None, ax=axes, label=name, legend=False, **look
            )
            if name == strongest:
                axes.fill_between(rows["fpr"], rows["low"], rows["high"], alpha=0.15, lw=0)
        axes.plot([floor, 1], [floor, 1], color="0.6", lw=0.8, label="guessing")
        axes.axvspan(floor / 2, 1 / max(negatives, 1), color="0.93", lw=0, zorder=0)
        axes.set(xscale="log", yscale="log", xlim=(floor, 1), ylim=(1e-4, 1.1))
        axes.set(xlabel="others accused wrongly", ylabel="members told")
        for axis in (axes.xaxis, axes.yaxis):
            style.percent(axis)
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
    with matplotlib.rc_context(READ):
        figure = Figure(figsize=(WIDTH, 3.2))
        axes = figure.subplots()
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
        style.legend_below(figure)
    return figure


def of_groups(claims: Sequence[Claim], all_of_them: Claim | None) -> Figure:
    """A measure of each group with its interval, and a line where it is for all records."""
    rows = pd.DataFrame(
        [{"group": c.group, "value": c.value, "low": c.low, "high": c.high} for c in claims]
    ).assign(series="group")
    rows[["value", "low", "high"]] = rows[["value", "low", "high"]].astype(float)
    with matplotlib.rc_context(READ):
        figure = Figure(figsize=(WIDTH, 1.3 + 0.32 * len(rows)))
        axes = figure.subplots()
        looks = {"group": {"label": "group", "color": style.BLUE, "marker": "o"}}
        order = [shortened(name) for name in rows["group"]]
        rows["group"] = order
        intervals.estimates(axes, rows, "series", looks, order, x="value", y="group")
        if all_of_them and all_of_them.value is not None:
            axes.axvline(all_of_them.value, color="0.4", ls=":", label="all records")
        axes.set(xlabel="members told", ylabel="", xlim=(0, None))
        style.percent(axes.xaxis)
    return figure


def of_mitigations(mitigations: Sequence[Mitigation]) -> Figure:
    """Leak against accuracy, each mitigation by a marker of its own, with the leak before."""
    before = mitigations[0]
    points = [("as it is", before.leak_before, before.accuracy_before)]
    points += [(shortened(one.name), one.leak, one.accuracy) for one in mitigations]
    with matplotlib.rc_context(READ):
        figure = Figure(figsize=(WIDTH, 3.4))
        axes = figure.subplots()
        for index, (name, leak, accuracy) in enumerate(points):
            if accuracy is None or leak.value is None:
                continue
            ends = [[leak.value - leak.low], [max(leak.high - leak.value, 0)]]
            look = style.series_look(index)
            axes.errorbar([accuracy], [leak.value], ends, fmt="none", ecolor=look["color"])
            sns.scatterplot(x=[accuracy], y=[leak.value], label=name, legend=False, ax=axes, **look)
        axes.set(xlabel="right answers", ylabel="members told", ylim=(0, None))
        axes.margins(x=0.15)
        for axis in (axes.xaxis, axes.yaxis):
            style.percent(axis)
        style.legend_below(figure)
    return figure


def shortened(name: str, most: int = 24) -> str:
    """A name of the user's as an axis has room for; signs that mean a formula are none."""
    text = "".join(sign if sign.isprintable() else "?" for sign in name).replace("$", r"\$")
    return text if len(text) <= most else f"{text[: most - 1]}…"


def described(claims: Sequence[Claim]) -> str:
    """Values of groups in words, for who cannot see the figure."""
    return "; ".join(f"{claim.group}: {percent(claim.value)}" for claim in claims)
