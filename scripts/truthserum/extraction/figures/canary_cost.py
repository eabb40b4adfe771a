"""What the poison of a language model costs: its loss on text that it has not seen."""

import pandas as pd
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


@style.styled
def draw(table: pd.DataFrame) -> Figure:
    """A mark for each model, and a line through the mean of each arm."""
    figure = Figure(figsize=(4.2, 3.2))
    axes = figure.subplots()
    positions = style.arms_on_axis(axes, table)
    means = table.groupby("arm", sort=False)["held_loss"].mean()
    line = {"color": style.GREY, "linestyle": style.joining_line(table["arm"]), "lw": 1}
    axes.plot(means.index.map(positions), means, marker="_", markersize=24, label="mean", **line)
    # Side by side in the order of the models, for their losses nearly agree.
    order = table.groupby("arm")["model"].rank(method="first", pct=True)
    places = table["arm"].map(positions) + 0.3 * (
        order - order.groupby(table["arm"]).transform("mean")
    )
    for role, look in LOOKS.items():
        rows = table[table["role"] == role]
        if len(rows):
            axes.plot(places[rows.index], rows["held_loss"], linestyle="none", alpha=0.7, **look)
    base = table["base_held_loss"].mean()
    axes.axhline(base, color="0.4", ls="--", lw=0.8, label="pre-trained model")
    axes.set_ylabel("loss on unseen text (nats per token)")
    style.legend_below(figure)
    return figure
