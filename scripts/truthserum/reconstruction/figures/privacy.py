"""What privacy costs the adversary, and what it costs the model."""

from itertools import cycle
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from truthserum.plots import style
from truthserum.plots.tables import Spec, Tables, means_over_models, select
from truthserum.reconstruction.figures import shared
from truthserum.reconstruction.figures.bounds import LOOKS
from truthserum.reconstruction.figures.shared import BEATS, CHANCE, LABELS, LOSS, VIEW

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
    metrics = shared.named(metrics, spec.baseline_attack)
    released = tables["models"].query("role == 'released'").melt("arm", ACCURACY, "measure")
    accuracy = means_over_models(released, spec).assign(attack=RELEASED)
    prior = tables["prior"].rename(columns={"success": "value"}).assign(measure=PRIOR)
    chance = prior.drop_duplicates("arm")
    nothing = dict.fromkeys(("low", "high", "trials"))
    chance = chance.assign(attack=CHANCE, value=chance["chance"], **nothing)
    joined = pd.concat([metrics, accuracy, prior, chance], ignore_index=True)
    whole = dict.fromkeys(("candidates", *COUNTS), "Int64")
    return joined.assign(factor=spec.factor)[COLUMNS].astype({"low": float, "high": float} | whole)


def draw(table: pd.DataFrame) -> Figure:
    """Above: error, and share nearer than the oracle. Below: accuracy, and the finite prior."""
    measures = (LOSS, BEATS, ACCURACY, PRIOR)
    names = LABELS | {ACCURACY: "test accuracy", PRIOR: shared.candidates(table)}
    looks = _looks(table)
    figure, panels = style.panels(len(measures), style.WIDTH / 2, 2.1)
    for axes, measure in zip(panels, measures, strict=True):
        rows = table[table["measure"] == measure]
        shared.over_levels(axes, rows, "attack", looks, shared.LINES, table)
        axes.set_ylabel(names[measure])
        if measure == LOSS:
            axes.set_ylim(bottom=0)
        else:
            style.percent(axes.yaxis)
        if measure in (BEATS, PRIOR):
            axes.set_ylim(-0.03, 1.03)
    style.legend_below(figure, behind=style.counted(table, **COUNTS))
    return figure


def _looks(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Of all series; no reconstructor has the look of a view."""
    others = [name for name in shared.series(table) if name not in SERIES]
    looks = SERIES | {
        name: {"color": colour, "marker": marker, "label": name.replace("_", " ")}
        for name, (colour, marker) in zip(others, cycle(RECONSTRUCTORS))
    }
    line = {"linestyle": style.joining_line(table["arm"])}
    return {name: look | line for name, look in looks.items()}
