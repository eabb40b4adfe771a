"""What the poison costs: test accuracy, and how many of the poisons the models fit."""

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.intervals import over_arms
from truthserum.plots.tables import Spec, Tables, means_over_models

NEEDS = ("models",)
LABELS = {"test_accuracy": "test accuracy", "poison_accuracy": "share of poisons fitted"}


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Accuracy of each model, and for each arm the mean with its 95 % interval over models.

    Columns factor, arm, measure, model (empty for a mean), value, low, high, models. Arms without
    poisons have no rows for 'poison_accuracy'.
    """
    frame = tables["models"]
    points = frame.melt(["factor", "arm", "model"], list(LABELS), var_name="measure")
    points = points.dropna(subset="value").assign(models=1)
    means = means_over_models(points, spec)
    return pd.concat([means, points], ignore_index=True).astype({"model": "Int64"})


def draw(table: pd.DataFrame) -> Figure:
    """A panel for each measure at hand: means with intervals, and a faint dot for each model."""
    measures = [measure for measure in LABELS if (table["measure"] == measure).any()]
    line, arms = style.joining_line(table["arm"]), list(table["arm"].unique())
    width = max(3.1, 0.6 + (0.75 if line == "none" else 0.5) * len(arms))
    look = {"label": "mean and 95 % interval", "color": style.BLUE, "marker": "o"}
    looks = {measure: look | {"linestyle": line} for measure in measures}
    dots = {
        "color": style.GREY,
        "alpha": 0.5,
        "size": 3,
        "zorder": 1,
        "label": "one model",
        "legend": False,
    }
    figure, panels = style.panels(len(measures), width, 2.0)
    for axes, measure in zip(panels, measures, strict=True):
        rows = table[table["measure"] == measure]
        models, means = rows[rows["model"].notna()], rows[rows["model"].isna()]
        sns.stripplot(models, x="arm", y="value", order=arms, jitter=False, ax=axes, **dots)
        over_arms(axes, means, "measure", looks, table)
        if measure == "poison_accuracy":
            axes.set_ylim(-0.03, 1.03)  # where all are fitted, too, the axis is that of a share
        axes.set_ylabel(LABELS[measure])
        style.percent(axes.yaxis)
    means = table[table["model"].isna()]
    style.legend_below(figure, behind=style.counted(means, models="models"))
    return figure
