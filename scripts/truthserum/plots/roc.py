"""ROC curves on logarithmic axes, one per arm, with what they must be compared to."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.tables import DECISIONS, Spec, Tables, select

NEEDS = ("roc",)
COLUMNS = ["curve", "factor", "arm", "group", "attack", "fpr", "tpr", "low", "high", *DECISIONS]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Points of the curves, by column `curve`.

    'arm': the attack on the targets, for each arm. For the strongest arm, if its table has them,
    'pool': the same attack on points that nobody targeted (the baseline of the official code,
    research/mi_poison_2022), and 'baseline': the baseline attack on the targets.
    """
    rows = select(tables["roc"], mode=spec.mode)
    arms = select(rows, attack=spec.attack, group="targets").assign(curve="arm")
    strongest = rows[rows["arm"] == spec.strongest]
    pool = (strongest["attack"] == spec.attack) & (strongest["group"] == "pool")
    baseline = (strongest["attack"] == spec.baseline_attack) & (strongest["group"] == "targets")
    references = [
        strongest[pool].assign(curve="pool"),
        strongest[baseline].assign(curve="baseline"),
    ]
    return pd.concat([arms, *references], ignore_index=True)[COLUMNS]


@style.styled
def draw(table: pd.DataFrame) -> Figure:
    """The curves, with their legend beside them."""
    figure = Figure(figsize=(6.2, 3.6))
    panel(figure.subplots(), table)
    figure.legend(loc="outside right center")
    return figure


def panel(axes: Axes, table: pd.DataFrame) -> None:
    """Both axes logarithmic; false-positive rates that the negatives cannot resolve shaded.

    Curves are steps, which never promise a rate between two thresholds.
    """
    arms = table[table["curve"] == "arm"]
    floor = min(1e-3, 0.5 / arms["negatives"].max())
    axes.set_xscale("log")
    axes.set_yscale("log", nonpositive="clip")
    axes.set(xlim=(floor, 1), ylim=(floor, 1.1))

    looks = {
        "pool": {"color": style.GREY, "linestyle": "--"},
        "baseline": {"color": "black", "linestyle": ":"},
    }
    colours = dict(zip(arms["arm"].unique(), style.palette(arms["arm"].nunique()), strict=True))
    for (kind, arm), curve in table.groupby(["curve", "arm"], sort=False):
        look = looks.get(kind) or _arm_look(arm, colours)
        # The leftmost step starts at the frame, where a logarithmic axis has no zero.
        start = curve["fpr"].clip(lower=floor / 2)
        axes.plot(start, curve["tpr"], drawstyle="steps-post", label=_label(curve), **look)
        axes.fill_between(
            start, curve["low"], curve["high"], step="post", color=look["color"], alpha=0.12, lw=0
        )
    axes.plot([floor, 1], [floor, 1], color="0.6", lw=0.8, label="chance")
    resolution = 1 / arms["negatives"].min()
    axes.axvspan(floor, resolution, color="0.93", lw=0, label="below one false positive")
    for axis in (axes.xaxis, axes.yaxis):
        style.percent(axis)
    positives, negatives = (style.count_range(arms[name]) for name in DECISIONS)
    axes.set_xlabel(f"false-positive rate\n({negatives} negative decisions)")
    axes.set_ylabel(f"true-positive rate\n({positives} positive decisions)")


def _arm_look(arm: float | str, colours: dict[float | str, str]) -> dict[str, object]:
    """Colour and marker of an arm; markers at distances along the curve, staggered by arm."""
    position = list(colours).index(arm)
    return {
        "color": colours[arm],
        "linestyle": "-",
        "marker": style.MARKERS[position % len(style.MARKERS)],
        "markevery": (0.03 + 0.02 * position, 0.15),
    }


def _label(curve: pd.DataFrame) -> str:
    """Legend entry of one curve, from its first row."""
    first = curve.iloc[0]
    arm = style.arm_label(first["factor"], first["arm"])
    attack = style.ATTACKS.get(first["attack"], first["attack"])
    negatives = style.count_range(curve["negatives"])
    return {
        "arm": arm,
        "pool": f"{arm}, untargeted points\n({negatives} non-member decisions)",
        "baseline": f"{arm}, {attack}",
    }[first["curve"]]
