"""Closed-form reconstruction: what a loose fit and rounded weights cost the adversary."""

from typing import Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle

from truthserum.plots import style
from truthserum.plots.intervals import estimates
from truthserum.plots.tables import Spec, Tables
from truthserum.statistics.intervals import share_interval

NEEDS = ("records",)
STUDIES = {
    "tolerance": "solver stopped at a gradient of",
    "published": "published precision of the weights",
}
LINES = {"sum": "-", "mean": "--"}
FILLS: dict[str, Literal["full", "none"]] = {"sum": "full", "mean": "none"}
QUANTILES = (0.1, 0.5, 0.9)


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """For each study, arm, loss and setting: error and recovered share, over records.

    Columns low, median, high: the 10 %, 50 % and 90 % quantiles of the largest error of a feature.
    recovered with recovered_low, recovered_high: the share, and its exact 95 % interval. The
    intercept is the first convention's.
    """
    frame = tables["records"]
    frame = frame[frame["intercept"] == frame["intercept"].iloc[0]]
    fitted = frame["tolerance"] > 0
    parts = [
        frame[fitted].assign(study="tolerance", setting=frame["tolerance"].map("{:.0e}".format)),
        frame[~fitted].assign(study="published", setting=frame["published"]),
    ]
    keys = ["study", "factor", "arm", "loss", "setting"]
    rows = []
    for place, group in pd.concat(parts).groupby(keys, sort=False):
        quantiles = group["max_error"].quantile(QUANTILES, interpolation="lower")
        hits, count = int(group["recovered"].sum()), len(group)
        rows.append((*place, *quantiles, *share_interval(hits, count), count))
    names = ["low", "median", "high", "recovered", "recovered_low", "recovered_high", "count"]
    return pd.DataFrame(rows, columns=[*keys, *names])


def draw(table: pd.DataFrame) -> Figure:
    """Left: solver's tolerance; right: published precision. Above: error; below: recovered."""
    figure = Figure(figsize=(6.6, 4.6))
    panels = figure.subplots(2, len(STUDIES), sharex="col", sharey="row")
    for axes in panels[0]:
        axes.set_yscale("log")
    for (study, label), (error, share) in zip(STUDIES.items(), panels.T, strict=True):
        _panel(error, share, table[table["study"] == study], words=study == "published")
        share.set_xlabel(label)
    panels[0, 0].set_ylabel("largest error of a feature\n(80 % of records)")
    panels[1, 0].set_ylabel("records with every\nfeature within 1/510")
    panels[1, 0].set_ylim(-0.03, 1.03)
    style.percent(panels[1, 0].yaxis)
    style.legend_below(figure, behind=style.counted(table, count="records"))
    return figure


def _panel(error: Axes, share: Axes, table: pd.DataFrame, words: bool) -> None:
    """The series of one study: colour for the arm, line and filling for the loss.

    words: settings are words, which no line joins.
    """
    settings = list(table["setting"].unique())[:: -1 if words else 1]  # from loose to exact
    arms, factor = style.arm_looks(table), table["factor"].iloc[0]
    looks = {}
    for arm, loss in table[["arm", "loss"]].drop_duplicates().itertuples(index=False, name=None):
        name = style.arm_name(arm) if isinstance(arm, str) else style.arm_label(factor, arm)
        looks[f"{arm}, {loss}"] = {
            "label": f"{name}, {loss} loss",
            "color": arms[arm]["color"],
            "marker": MarkerStyle(arms[arm]["marker"], fillstyle=FILLS[loss]),
            "linestyle": "none" if words else LINES[loss],
        }
    rows = table.assign(series=table["arm"].astype(str) + ", " + table["loss"])
    errors = rows.assign(value=rows["median"])
    shares = rows.assign(
        value=rows["recovered"], low=rows["recovered_low"], high=rows["recovered_high"]
    )
    for axes, estimated in ((error, errors), (share, shares)):
        estimates(axes, estimated, "series", looks, settings, x="setting")
    share.set_xticks(range(len(settings)), [name.replace(" ", "\n") for name in settings])
