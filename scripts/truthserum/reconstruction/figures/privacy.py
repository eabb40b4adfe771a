"""What privacy costs the adversary, and what it costs the model."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.accuracy import mean_interval
from truthserum.plots.tables import Spec, Tables, select
from truthserum.reconstruction.figures import shared
from truthserum.reconstruction.figures.bounds import LOOKS
from truthserum.reconstruction.figures.shared import (
    BEATS,
    CHANCE,
    LABELS,
    LINES,
    LOSS,
    VIEW,
    candidates,
)

NEEDS = ("shadows", "models", "prior")
ACCURACY, PRIOR = "test_accuracy", "prior"
RELEASED = "released models"
RECONSTRUCTORS = list(zip(("black", *style.COLOURS[3:]), "DPXp", strict=True))
SERIES = LOOKS | {RELEASED: {"color": style.GREY, "marker": "^", "label": RELEASED}}
COUNTS = {
    "positives": "targets",
    "shadows": "shadow models",
    "models": "released models",
    "trials": "trials",
}
COLUMNS = ["factor", "arm", "measure", "attack", "value", "low", "high", "candidates", *COUNTS]


def table(tables: Tables, spec: Spec) -> pd.DataFrame:
    """Error and share nearer than the oracle, test accuracy, and success with a finite prior.

    The accuracy is the mean of the released models with Student's interval. Column attack is the
    reconstructor, a reference such as the mean image, or how the candidates were told apart.
    """
    metrics = shared.all_shadows(tables["shadows"])
    metrics = select(metrics, group=VIEW, measure=[LOSS, BEATS])
    metrics = metrics[metrics["attack"] != "oracle_shadows"]
    metrics = shared.named(metrics, spec.baseline_attack)
    released = tables["models"].query("role == 'released'")
    accuracy = pd.DataFrame(
        {"arm": arm, "measure": ACCURACY, "attack": RELEASED} | mean_interval(rows[ACCURACY])
        for arm, rows in released.groupby("arm", sort=False)
    )
    prior = tables["prior"].rename(columns={"success": "value"}).assign(measure=PRIOR)
    chance = prior.drop_duplicates("arm")
    nothing = dict.fromkeys(("low", "high", "trials"))
    chance = chance.assign(attack=CHANCE, value=chance["chance"], **nothing)
    joined = pd.concat([metrics, accuracy, prior, chance], ignore_index=True)
    whole = dict.fromkeys(("candidates", *COUNTS), "Int64")
    return joined.assign(factor=spec.factor)[COLUMNS].astype({"low": float, "high": float} | whole)


@style.styled
def draw(table: pd.DataFrame) -> Figure:
    """Above: error, and share nearer than the oracle. Below: accuracy, and the finite prior."""
    figure = Figure(figsize=(6.4, 5.2))
    panels = dict(zip((LOSS, BEATS, ACCURACY, PRIOR), figure.subplots(2, 2).flat, strict=True))
    for measure, axes in panels.items():
        rows = table[table["measure"] == measure]
        _panel(axes, rows, style.arms_on_axis(axes, table), style.joining_line(table["arm"]))
        if measure != LOSS:
            style.percent(axes.yaxis)
    panels[LOSS].set_ylim(bottom=0)
    for measure in (BEATS, PRIOR):
        panels[measure].set_ylim(-0.03, 1.03)
    names = LABELS | {ACCURACY: "test accuracy", PRIOR: candidates(table)}
    for measure, axes in panels.items():
        axes.set_ylabel(names[measure])
    style.legend_below(figure, behind=style.counted(table, **COUNTS))
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, positions: dict[float | str, int], line: str) -> None:
    """A series for each attack, side by side; what is a reference has a level at each arm."""
    names = shared.series(rows)
    others = [name for name in names if name not in SERIES]
    for attack, group in rows.groupby("attack", sort=False):
        places = group["arm"].map(positions)
        if attack in LINES:
            shared.levels(axes, places, group, attack)
        else:
            look = SERIES.get(attack) or _look(others, attack)
            places += style.lane_shift(names.index(attack), len(names), 0.16)
            style.plot_estimates(axes, places, group, 0, linestyle=line, **look)


def _look(names: list[str], name: str) -> dict[str, str]:
    """Of a reconstructor: none that another series has."""
    index = names.index(name) % len(RECONSTRUCTORS)
    colour, marker = RECONSTRUCTORS[index]
    return {"color": colour, "marker": marker, "label": name.replace("_", " ")}
