"""What the poison of a language model costs: its loss on text that it has not seen."""

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.tables import Spec, Tables

NEEDS = ("models",)
COLUMNS = ["factor", "arm", "model", "role", "held_loss", "base_held_loss", "poison_share"]
LOOKS = {
    "victim": {"color": style.BLUE, "marker": "o", "label": "victim"},
    "reference": {"color": style.ORANGE, "marker": "s", "label": "reference model"},
}


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Loss of each model in nats per token, beside that of the model all were trained on from."""
    return tables["models"][COLUMNS]


def draw(table: pd.DataFrame) -> Figure:
    """A mark for each model, and a line through the mean of each arm."""
    figure = Figure(figsize=(4.2, 3.2))
    axes = figure.subplots()
    line, arms = style.joining_line(table["arm"]), list(table["arm"].unique())
    by_arm = {"x": "arm", "y": "held_loss", "order": arms, "ax": axes}
    mean = {"marker": "_", "markersize": 24, "linestyle": line, "linewidth": 1, "label": "mean"}
    sns.pointplot(table, **by_arm, **mean, errorbar=None, color=style.GREY)
    for role, rows in table.groupby("role", sort=False):
        sns.swarmplot(rows, **by_arm, **LOOKS[role], alpha=0.8, size=4, warn_thresh=1)
    style.arms_on_axis(axes, table)
    base = table["base_held_loss"].mean()
    axes.axhline(base, color="0.4", ls="--", lw=0.8, label="pre-trained model")
    axes.set_ylabel("loss on unseen text (nats per token)")
    style.legend_below(figure)
    return figure
