"""ROC curves on logarithmic axes, one per arm, with what they must be compared to."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.tables import DECISIONS, Spec, Tables, select

NEEDS = ("roc",)
MOST_BANDS = 5
COLUMNS = ["curve", "factor", "arm", "group", "attack", "fpr", "tpr", "low", "high", *DECISIONS]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Points of the curves, by column `curve`.

    'arm': the attack on the targets, for each arm. For the strongest arm, where there is one and if
    its table has them, 'pool': the same attack on points that nobody targeted (the baseline of the
    official code, research/mi_poison_2022), and 'baseline': the baseline attack on the targets.
    """
    rows = select(tables["roc"], mode=spec.modes)
    arms = select(rows, attack=spec.attack, group="targets").assign(curve="arm")
    strongest = rows[(rows["arm"] == spec.strongest) & spec.ordered]
    pool = (strongest["attack"] == spec.attack) & (strongest["group"] == "pool")
    baseline = (strongest["attack"] == spec.baseline_attack) & (strongest["group"] == "targets")
    references = [
        strongest[pool].assign(curve="pool"),
        strongest[baseline].assign(curve="baseline"),
    ]
    return pd.concat([arms, *references], ignore_index=True)[COLUMNS]


def draw(table: pd.DataFrame) -> Figure:
    """The curves, with their legend beside them."""
    figure = Figure(figsize=(6.2, 3.6))
    panel(figure.subplots(), table)
    figure.legend(loc="outside right center")
    return figure


def panel(axes: Axes, table: pd.DataFrame) -> None:
    """Both axes logarithmic; false-positive rates that the negatives cannot resolve shaded.

    Curves are steps, which never promise a rate between two thresholds. Of many arms only the first
    and the last have their bands, for more would hide each other.
    """
    arms = table[table["curve"] == "arm"]
    floor = min(1e-3, 0.5 / arms["negatives"].max())
    axes.set_xscale("log")
    axes.set_yscale("log", nonpositive="clip")
    axes.set(xlim=(floor, 1), ylim=(min(0.1, 0.5 / arms["positives"].max()), 1.1))

    looks = {
        "pool": {"color": style.GREY, "linestyle": "--"},
        "baseline": {"color": "black", "linestyle": ":"},
    }
    arm_looks = style.arm_looks(arms)
    names = list(arm_looks)
    banded = names if len(names) <= MOST_BANDS else (names[0], names[-1])
    for (kind, arm), curve in table.groupby(["curve", "arm"], sort=False):
        # Markers at distances along the curve, staggered by arm.
        along = {"markevery": (0.03 + 0.02 * names.index(arm), 0.15)}
        look = (looks.get(kind) or arm_looks[arm] | along) | {"label": _label(curve)}
        # The leftmost step starts at the frame, where a logarithmic axis has no zero.
        start = curve["fpr"].clip(lower=floor / 2)
        axes.plot(start, curve["tpr"], drawstyle="steps-post", **look)
        if kind != "arm" or arm in banded:
            shade: dict[str, Any] = {"color": look["color"], "alpha": 0.12, "lw": 0}
            axes.fill_between(start, curve["low"], curve["high"], step="post", **shade)
    axes.plot([floor, 1], [floor, 1], color="0.6", lw=0.8, label="chance")
    resolution = 1 / arms["negatives"].min()
    # Behind everything, the bands too.
    shade = {"color": "0.93", "lw": 0, "zorder": 0}
    axes.axvspan(floor, resolution, label="below one false positive", **shade)
    for axis in (axes.xaxis, axes.yaxis):
        style.percent(axis)
    positives, negatives = (style.count_range(arms[name]) for name in DECISIONS)
    axes.set_xlabel(f"false-positive rate\n({negatives} negative decisions)")
    axes.set_ylabel(f"true-positive rate\n({positives} positive decisions)")


def _label(curve: pd.DataFrame) -> str:
    """Legend entry of one curve, from its first row."""
    first = curve.iloc[0]
    arm = style.arm_label(first["factor"], first["arm"]) + style.share_note(curve)
    attack = style.ATTACKS.get(first["attack"], first["attack"])
    negatives = style.count_range(curve["negatives"])
    return {
        "arm": arm,
        "pool": f"{arm},\nuntargeted points\n({negatives} non-member decisions)",
        "baseline": f"{arm},\n{attack}",
    }[first["curve"]]
