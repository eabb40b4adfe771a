"""How much poison buys how much leak, at what accuracy."""

from itertools import cycle
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from truthserum.inference.figures.measures import CHANCE
from truthserum.plots import style
from truthserum.plots.intervals import estimates
from truthserum.plots.tables import ESTIMATE, Spec, Tables, means_over_models, resolved_of_targets
from truthserum.report.numbers import percentage

NEEDS = ("metrics", "models", "targets")
LEAKS = ("tpr_at_fpr_0.001", "tpr_at_fpr_0.01", "auc")
NAMES = style.MEASURES | {"test_accuracy": "test accuracy"}
BUDGET = ["poison_share", "target_share", "targets", "poisons"]
COLUMNS = ["factor", "arm", *BUDGET, "measure", *ESTIMATE, "models"]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Leakage and test accuracy of each arm, beside what the adversary spends on it.

    poison_share, target_share: of a training set, all poisons and those aimed at one target.
    targets: how many; poisons: aimed at each. Rates that cannot be resolved are blank, and one that
    no arm resolves is left out, unless that leaves nothing.
    """
    rates = resolved_of_targets(tables["metrics"], spec, LEAKS)
    models = tables["models"]
    means = means_over_models(models.melt("arm", "test_accuracy", "measure"), spec)
    budget = models.groupby("arm", sort=False)[["poison_share", "target_share", "rows"]].mean()
    budget["targets"] = tables["targets"].groupby("arm")["target"].nunique()
    budget["poisons"] = (budget["target_share"] * budget["rows"]).round().astype(int)
    joined = pd.concat([rates, means.assign(resolved=True)], ignore_index=True)
    joined = joined.join(budget[BUDGET], on="arm")[COLUMNS]
    return joined.astype(dict.fromkeys(("positives", "negatives", "models"), "Int64"))


def draw(table: pd.DataFrame) -> Figure:
    """A panel for each measure, the share of poison on a logarithmic axis."""
    measures = [measure for measure in NAMES if (table["measure"] == measure).any()]
    width = style.WIDTH / 2 if len(measures) == 4 else style.WIDTH / 3
    figure, panels = style.panels(len(measures), width, 2.0)
    for axes, measure in zip(panels, measures, strict=True):
        axes.set_xscale("log")
        _panel(axes, table, measure)
        if measure in CHANCE:
            axes.axhline(CHANCE[measure], **style.GUESSING)
        axes.set(xlabel="share of poison", ylabel=NAMES[measure])
        style.percent(axes.xaxis)
        if measure != "auc":
            style.percent(axes.yaxis)
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    means = table[table["models"].notna()]
    behind = style.counted(means, models="models")
    style.legend_below(figure, table["value"].isna().any(), behind)
    return figure


def _panel(axes: Axes, table: pd.DataFrame, measure: str) -> None:
    """One measure: a line for each number of targets, and the level without poison."""
    free = table["poison_share"] == 0
    all_targets = table[free & table["arm"].isin(table.loc[free, "arm"].head(1))]
    level = all_targets[all_targets["measure"] == measure]
    for _, row in level[level["resolved"].astype(bool)].iterrows():
        look: dict[str, Any] = {"color": style.GREY, "lw": 1}
        axes.axhspan(row["low"], row["high"], color="0.88", lw=0)
        axes.axhline(row["value"], ls="--", label=f"no poison{_decisions(all_targets)}", **look)
    if not free.all():
        _poisoned(axes, table[~free], measure)


def _poisoned(axes: Axes, table: pd.DataFrame, measure: str) -> None:
    """Lines of one measure, with a marker for each number of poisons aimed at a target."""
    low, high = 0.7 * table["poison_share"].min(), 1.4 * table["poison_share"].max()
    wider = max(1, (10 * low / high) ** 0.5)  # a decade, in which two ticks have room
    axes.set_xlim(low / wider, high * wider)
    counts = dict(iter(table.groupby("targets")))
    colours = dict(zip(counts, style.palette(len(counts)), strict=True))
    looks = {
        count: {
            "label": f"{count:,} targets{_decisions(rows)}",
            "color": colours[count],
            "marker": "",
            "linestyle": "-",
        }
        for count, rows in counts.items()
    }
    rows = table[table["measure"] == measure]
    again = rows.groupby(["targets", "poison_share"]).cumcount()  # arms that spend as much
    for _, of_line in rows.groupby(["targets", again]):  # each alone: others' places break none
        estimates(axes, of_line, "targets", looks, x="poison_share")
    markers = dict(zip(sorted(table["poisons"].unique()), cycle(style.MARKERS)))
    spent = {"hue": "targets", "palette": colours, "style": "poisons", "markers": markers}
    sns.scatterplot(rows, x="poison_share", y="value", **spent, s=24, legend=False, ax=axes)
    for poisons, marker in markers.items():
        each = table.loc[table["poisons"] == poisons, "target_share"]
        ends = dict.fromkeys(percentage(share) for share in (each.min(), each.max()))
        label = f"{poisons} poisons a target: {' to '.join(ends)} of the rows"
        axes.plot([], [], marker, color="black", label=label)


def _decisions(rows: pd.DataFrame) -> str:
    """The non-members behind the rates of a line, as text that follows its name."""
    return f" ({style.count_range(rows['negatives'].dropna())} non-member decisions)"
