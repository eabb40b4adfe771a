"""How many guesses a canary stands against the swept factor."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.intervals import over_arms
from truthserum.plots.tables import Spec, Tables, select
from truthserum.seeds import Purpose, stream
from truthserum.statistics.ranks import ratio_of_medians
from truthserum.statistics.signs import two_sided

NEEDS = ("canaries", "metrics")
MEDIAN, QUARTILES = "median_guesses", ("lower_quartile_guesses", "upper_quartile_guesses")
COLUMNS = ["factor", "arm", "attack", "measure", "canary", "value", "low", "high"]
PAIRED = ["canaries", "easier", "p"]
ATTACKS = {"plain": "victim alone", "half": "half calibrated", "full": "calibrated"}
PLAIN = "plain"
DRAWS = 1000
ROOM = 0.8  # that seaborn gives the series of one place


def chosen(frame: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """The rows of the plain attack, in every arm, and of the others shown, in arms with references.

    Of an attack with references those that use all of them are kept.
    """
    others = {spec.attack, spec.baseline_attack} - {PLAIN}
    rows = pd.concat([select(frame, attack=PLAIN), frame[frame["attack"].isin(others)]])
    if "references" in rows:
        most = rows.groupby(["arm", "attack"])["references"].transform("max")
        rows = rows[rows["references"] == most]
    return rows


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Guesses for each canary; their median and quartiles; and how many times fewer these are.

    The measure 'gain' is the median of the plain attack in the reference arm over the median of an
    attack in an arm, with its bootstrap interval over the canaries that both have, how many these
    are, how many of them need fewer guesses, and the p of a sign test of that.
    """
    canaries = chosen(tables["canaries"], spec)
    medians = select(chosen(tables["metrics"], spec), measure=[MEDIAN, *QUARTILES])
    gains = pd.DataFrame(_gains(canaries, spec))
    single = canaries.assign(measure="guesses", value=canaries["guesses"])
    rows = pd.concat([medians, gains, single], ignore_index=True)
    rows = rows.reindex(columns=[*COLUMNS, *PAIRED])
    rows = rows.astype({"canary": "Int64", "canaries": "Int64", "easier": "Int64"})
    designed = canaries.groupby("arm")[["candidates", "poison_share"]].first()
    return rows.join(designed, on="arm")


def _gains(canaries: pd.DataFrame, spec: Spec) -> Iterator[dict[str, Any]]:
    """A row for each arm and attack but the plain one in the reference arm, its yardstick."""
    arms = canaries.groupby(["arm", "attack"], sort=False)
    yardstick = spec.reference, PLAIN
    before = arms.get_group(yardstick).set_index("canary")["guesses"]
    for index, ((arm, attack), rows) in enumerate(arms):
        pairs = rows.join(before.rename("before"), on="canary", how="inner")
        if (arm, attack) == yardstick or pairs.empty:
            continue
        rng = stream(0, Purpose.BOOTSTRAP, index)
        first, now = pairs["before"].to_numpy(), pairs["guesses"].to_numpy()
        bounds = 1, int(rows["candidates"].iloc[0])
        ratio = ratio_of_medians(first, now, rng, DRAWS, bounds)
        easier, p = two_sided(first, now)
        place = {"factor": spec.factor, "arm": arm, "attack": attack, "measure": "gain"}
        paired = {"canaries": len(pairs), "easier": easier, "p": p}
        yield place | ratio.ends | paired


def draw(table: pd.DataFrame) -> Figure:
    """Left: guesses. Right, with more than one arm or attack: times fewer than in the first arm."""
    if (table["measure"] == "gain").any():
        figure = Figure(figsize=(6.6, 3.6))
        left, right = figure.subplots(1, 2)
        _gain_panel(right, table)
    else:
        figure = Figure(figsize=(3.6, 3.6))
        left = figure.subplots()
    panel(left, table)
    style.legend_below(figure)
    return figure


def panel(axes: Axes, table: pd.DataFrame) -> None:
    """Guesses on a logarithmic axis: canaries as faint dots, quartiles as bars, and medians."""
    axes.set_yscale("log")
    looks, arms = _looks(table), list(table["arm"].unique())
    beside = {"apart": ROOM / len(looks)}
    single = table[table["measure"] == "guesses"]
    dots = {
        "palette": [look["color"] for look in looks.values()],
        "size": 3,
        "alpha": 0.4,
        "zorder": 1,
    }
    place = {"x": "arm", "y": "value", "order": arms, "hue": "attack", "hue_order": list(looks)}
    sns.stripplot(single, **place, **dots, dodge=True, legend=False, jitter=False, ax=axes)
    ends = table[table["measure"].isin(QUARTILES)].groupby(["arm", "attack"], sort=False)["value"]
    quartiles = ends.agg(low="min", value="min", high="max").reset_index()
    bars = {
        attack: {"color": look["color"], "marker": "", "label": f"_{attack}"}
        for attack, look in looks.items()
    }
    wide = {"linewidth": 6, "alpha": 0.3}
    over_arms(axes, quartiles, "attack", bars, table, **beside, bar=wide)
    medians = table[table["measure"] == MEDIAN]
    places = over_arms(axes, medians, "attack", looks, table, **beside)
    count = style.count_range(single.groupby(["arm", "attack"]).size())
    axes.plot([], [], ".", color=style.GREY, alpha=0.6, label=f"one of {count} canaries")
    axes.plot([], [], color=style.GREY, lw=6, alpha=0.4, label="quartiles")
    axes.plot([], [], color=style.GREY, lw=1, label="95 % interval of the median")
    candidates = table.groupby("arm", sort=False)["candidates"].first()
    ends = [place - 0.5 for place in (*places.values(), len(places))]
    chance = [(each + 1) / 2 for each in (candidates.iloc[0], *candidates)]
    axes.step(ends, chance, color="0.4", ls="--", lw=0.8, label="chance")
    axes.set(ylim=(0.7, 1.5 * candidates.max()), ylabel="guesses until the secret is found")


def _gain_panel(axes: Axes, table: pd.DataFrame) -> None:
    axes.set_yscale("log")
    looks, gains = _looks(table), table[table["measure"] == "gain"]
    over_arms(axes, gains, "attack", looks, table, apart=ROOM / len(looks))
    axes.axhline(1, color="0.4", lw=0.8, ls="-.", label="no gain")
    first = style.arm_label(table["factor"].iloc[0], table["arm"].iloc[0])
    axes.set_ylabel(f"times fewer than the victim\nalone at {first}")


def _looks(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Of each attack."""
    line = {"linestyle": style.joining_line(table["arm"])}
    return {
        attack: style.series_look(index) | line | {"label": ATTACKS.get(attack, attack)}
        for index, attack in enumerate(table["attack"].unique())
    }
