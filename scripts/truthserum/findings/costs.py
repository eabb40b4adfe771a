"""What a reproduction took, beside what its plan had let expect."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import pandas as pd

from truthserum.report.tables import Cell, Table, table
from truthserum.report.units import duration

HOUR = 3600
UNPLANNED = "no plan was made"


@dataclass(frozen=True)
class Trained:
    """The models of an experiment: how many, seconds of training, and what they were trained on."""

    experiment: str
    models: int
    seconds: float
    devices: Sequence[str]
    precisions: Sequence[str]

    @classmethod
    def of(cls, experiment: str, manifests: Sequence[Mapping[str, Any]]) -> Self:
        """What the manifests of its shards say."""
        seconds = [second for one in manifests for second in one["seconds"]]
        devices = sorted({one["device"] for one in manifests})
        precisions = sorted({one["how"]["precision"] for one in manifests})
        return cls(experiment, len(seconds), sum(seconds), devices, precisions)


@dataclass(frozen=True)
class Took:
    """Jobs of an experiment that left their time: how many, of all there are; seconds together."""

    experiment: str
    jobs: int
    every: int
    seconds: float


def of_cost(trained: Sequence[Trained], results: str) -> Table:
    """Models and time of each experiment, and the sum; results: the folder of the scale."""
    columns = [("experiment", "name"), ("models", "number"), ("training", "number")]
    columns += [("device", "name"), ("precision", "name"), ("where", "wide")]
    rows: list[list[str | Cell]] = [
        [
            one.experiment,
            f"{one.models:,}",
            duration(one.seconds),
            ", ".join(one.devices),
            ", ".join(one.precisions),
            f"{results}/{one.experiment}/*/shard-*.json",
        ]
        for one in trained
    ]
    models, seconds = (sum(getattr(one, name) for one in trained) for name in ("models", "seconds"))
    rows.append([Cell("all", strong=True), f"{models:,}", duration(seconds), "", "", ""])
    caption = "Time of training as the shards' manifests hold it, of one process each."
    return table("cost", caption, columns, rows)


def of_forecast(plan: pd.DataFrame | None, took: Sequence[Took], results: str) -> Table:
    """Time of all jobs of each experiment, and of all, as it was planned and as it came.

    plan: as `findings.forecast.forecast` makes it, or None where none was made.
    """
    columns = [("experiment", "name"), ("forecast", "number"), ("came", "number")]
    columns += [("jobs timed", "number"), ("forecast by", "name"), ("where", "wide")]
    planned = {} if plan is None else plan.set_index("experiment").to_dict("index")
    shown = [one for one in took if one.experiment in planned]
    known = {one.experiment: HOUR * planned[one.experiment]["core_hours"] for one in shown}
    rows: list[list[str | Cell]] = [
        [
            one.experiment,
            *_times(known.get(one.experiment), one),
            planned[one.experiment]["by"] if one in shown else "",
            f"{results}/{one.experiment}/*/.benchmark/*.tsv",
        ]
        for one in took
    ]
    counted = ("jobs", "every", "seconds")
    both = [one for one in took if known.get(one.experiment, math.nan) >= 0] or took
    whole = Took("all", *(sum(getattr(one, name) for one in both) for name in counted))
    total = sum(known.get(one.experiment, math.nan) for one in both) if known else None
    left = len(took) - len(both)
    rows.append(
        [Cell("all", strong=True), *_times(total, whole), f"without {left}" * bool(left), ""]
    )
    caption = (
        "Time on one core of the jobs that design, train, observe and measure, by the last plan "
        f"({results}/plan/plan.csv), and as Snakemake timed them. By its own jobs: they had run "
        "before the plan was made. All: without experiments of which there is no forecast."
    )
    return table("forecast", caption, columns, rows)


def _times(forecast: float | None, took: Took) -> list[str]:
    """Seconds as forecast, not a number where the plan does not know them; and as they came."""
    said = UNPLANNED
    if forecast is not None:
        said = "unknown" if math.isnan(forecast) else duration(forecast)
    return [said, duration(took.seconds) if took.jobs else "–", f"{took.jobs} of {took.every}"]
