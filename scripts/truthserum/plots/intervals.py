"""Estimates with the intervals of our tables, drawn by seaborn."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from truthserum.plots import style

Looks = Mapping[Any, Mapping[str, Any]]
"""Of each series: its label, color and marker, and a linestyle if its estimates are joined."""

BAR = {"linewidth": 1.2, "zorder": 1.9}  # under the markers


def estimates(
    axes: Axes,
    rows: pd.DataFrame,
    hue: str,
    looks: Looks,
    order: Sequence[float | str] | None = None,
    *,
    x: str = "arm",
    y: str = "value",
    apart: float | None = None,
    bar: Mapping[str, float] = BAR,
) -> None:
    """Series of estimates side by side, markers with bars from `low` to `high`: `sns.pointplot`.

    rows: columns value, low, high, and those that tell series (`hue`) and places (the one of x and
    y that is not the value). A row without a value is unresolved: a cross beyond the frame says so.
    order: of the places; without it they are numbers, and the axis has their scale. apart: between
    two series, of the distance between two places, by default what there is room for. bar: width
    and opacity of the intervals.
    """
    shown = {name: look for name, look in looks.items() if (rows[hue] == name).any()}
    if not shown:  # of which seaborn makes an error
        return
    apart = min(0.2, 0.8 / len(shown)) if apart is None else apart
    labels = {name: look["label"] for name, look in shown.items()}
    sns.pointplot(
        _in_threes(rows.assign(series=rows[hue].map(labels))),
        x=x,
        y=y,
        hue="series",
        order=order,
        hue_order=list(labels.values()),
        palette=[look["color"] for look in shown.values()],
        markers=[look["marker"] for look in shown.values()],
        linestyles=[look.get("linestyle", "none") for look in shown.values()],
        estimator=lambda values: values.iloc[0],
        errorbar=lambda values: values.iloc[1:],
        dodge=apart * (len(shown) - 1),
        native_scale=order is None,
        orient="y" if x == "value" else "x",
        linewidth=1.4,
        markersize=4.5,
        err_kws=bar,
        ax=axes,
    )
    if legend := axes.get_legend():
        legend.remove()  # all panels have one
    for line in axes.lines:
        if line.get_fillstyle() == "none":  # hollow, not transparent
            line.set(fillstyle="full", markerfacecolor="white")
    for lane, (name, look) in enumerate(shown.items()):
        unresolved = rows.loc[(rows[hue] == name) & rows["value"].isna(), y if x == "value" else x]
        if order is not None:
            unresolved = unresolved.map(list(order).index) + apart * (lane - (len(shown) - 1) / 2)
        if len(unresolved):
            cross(axes, unresolved, look["color"], sideways=x == "value")


def _in_threes(rows: pd.DataFrame) -> pd.DataFrame:
    """Each estimate as three rows, read one by one: seaborn computes intervals, and takes none."""
    ends = [rows.assign(value=rows[name]) for name in ("value", "low", "high")]
    return pd.concat(ends, ignore_index=True)


def over_arms(
    axes: Axes, rows: pd.DataFrame, hue: str, looks: Looks, table: pd.DataFrame, **more: Any
) -> dict[float | str, int]:
    """`estimates` above the arms of the whole table; returns the position of each arm."""
    estimates(axes, rows, hue, looks, list(table["arm"].unique()), **more)
    return style.arms_on_axis(axes, table)


def cross(axes: Axes, places: pd.Series, color: str, sideways: bool) -> None:
    """Crosses beyond the frame: above it, or on its right where estimates lie sideways."""
    beyond = [1.04] * len(places)
    look: dict[str, Any] = {"marker": "x", "color": color, "linestyle": "none", "clip_on": False}
    if sideways:
        axes.plot(beyond, places, transform=axes.get_yaxis_transform(), **look)
    else:
        axes.plot(places, beyond, transform=axes.get_xaxis_transform(), **look)
