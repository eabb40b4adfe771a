"""The tables that figures read, and how rows are chosen from them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from truthserum.statistics.means import mean_interval

Tables = Mapping[str, pd.DataFrame]
"""Name of a table (roc, metrics, …) to its rows for all arms, with columns `arm` and `factor`."""

DECISIONS = ("positives", "negatives")
ESTIMATE = ("value", "low", "high", "resolved", *DECISIONS)


@dataclass(frozen=True)
class Spec:
    """What one figure shows.

    `values` are the settings of the swept `factor`, one per arm, from the reference (unpoisoned)
    to the strongest; words or numbers, and as soon as one is a word, all are.

    Raises ValueError if there is no value, a value occurs twice, or a name is not a word.
    """

    figure: str
    factor: str
    values: tuple[float | str, ...]
    attack: str
    baseline_attack: str
    mode: str
    title: str = ""

    def __post_init__(self) -> None:
        for name, found in vars(self).items():
            if name != "values" and not isinstance(found, str):
                raise ValueError(f"{name}: found {found!r}, must be a string")
        values = tuple(self.values)
        if not all(isinstance(value, Real) and not isinstance(value, bool) for value in values):
            values = tuple(map(str, values))
        if not values or len(set(values)) < len(values):
            raise ValueError(f"values: found {list(values)}, must be one or more different values")
        object.__setattr__(self, "values", values)

    @property
    def modes(self) -> tuple[str, ...]:
        """The mode, and that of arms whose models have no choice of one."""
        return self.mode, "none"

    @property
    def reference(self) -> float | str:
        """The first arm, against which the others are read."""
        return self.values[0]

    @property
    def ordered(self) -> bool:
        """Whether the values are numbers: among words none is the strongest."""
        return not any(isinstance(value, str) for value in self.values)

    @property
    def strongest(self) -> float | str:
        """The last arm."""
        return self.values[-1]


def join_arms(frames: Sequence[pd.DataFrame], spec: Spec) -> pd.DataFrame:
    """One table from the same table of every arm, in the order of `spec.values`.

    Raises ValueError if the number of frames is not the number of values.
    """
    if len(frames) != len(spec.values):
        raise ValueError(
            f"arms: found {len(frames)}, must be one for each of the values {list(spec.values)}"
        )
    labelled = [
        frame.assign(arm=value, factor=spec.factor)
        for frame, value in zip(frames, spec.values, strict=True)
    ]
    return pd.concat(labelled, ignore_index=True)


def of_values(frame: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """The table, which names arms by text, with the values of the spec in their place."""
    named = {str(value): value for value in spec.values}
    columns = [column for column in ("arm", "reference") if column in frame]
    return frame.assign(**{column: frame[column].map(named) for column in columns})


def poison_share(models: pd.DataFrame) -> float:
    """The share of poison in the training sets of an arm; NaN where its table `models` says none.

    Of models in several roles the largest counts: reference models are trained without poison.
    """
    return float(models["poison_share"].max()) if "poison_share" in models else math.nan


def with_shares(table: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The table of a figure, with column `poison_share` beside `arm`, where `models` says it."""
    models = tables.get("models")
    if models is None or "poison_share" not in models or "poison_share" in table:
        return table
    share = {arm: poison_share(of) for arm, of in models.groupby("arm")}
    named = share | {str(arm): of for arm, of in share.items()}  # where some arm is a word
    made = table.copy()
    made.insert(made.columns.get_loc("arm") + 1, "poison_share", made["arm"].map(named))
    return made


def select(frame: pd.DataFrame, **where: Any) -> pd.DataFrame:
    """The rows whose columns have the given value, or one of the given values.

    Raises ValueError if that leaves an arm without rows: a curve must not vanish silently.
    """
    for column, wanted in where.items():
        rows = frame[frame[column].isin(np.atleast_1d(wanted))]
        for arm, group in frame.groupby("arm", sort=False):
            if arm not in set(rows["arm"]):
                found = sorted(map(str, group[column].unique()))
                raise ValueError(f"{column} (arm {arm}): found {found}, must have {wanted}")
        frame = rows
    if frame.empty:
        raise ValueError(f"table: found no rows, must have some with {where}")
    return frame


def of_targets(frame: pd.DataFrame, spec: Spec, measures: Sequence[str] | str) -> pd.DataFrame:
    """What the attack does on the targets, by these measures; ValueError as of `select`."""
    where = {"mode": spec.modes, "group": "targets", "attack": spec.attack}
    return select(frame, **where, measure=measures)


def resolved_of_targets(frame: pd.DataFrame, spec: Spec, measures: Sequence[str]) -> pd.DataFrame:
    """The same, with unresolved values blank and without measures that no row resolves.

    These stay where that would leave nothing.
    """
    rows = of_targets(frame, spec, list(measures))
    some = rows.groupby("measure")["resolved"].transform("any")
    return blank_unresolved(rows[some] if some.any() else rows)


def means_over_models(points: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """The mean of each measure in each arm, with its 95 % interval and the number of models.

    points: a row for each model, with the columns arm, measure and value.
    """
    return pd.DataFrame(
        {"factor": spec.factor, "arm": arm, "measure": measure} | mean_interval(rows["value"])
        for (measure, arm), rows in points.groupby(["measure", "arm"], sort=False)
    )


def blank_unresolved(frame: pd.DataFrame) -> pd.DataFrame:
    """The same rows, without value and interval where the negatives cannot resolve the rate."""
    estimate = ("value", "low", "high")
    return frame.assign(**{name: frame[name].where(frame["resolved"]) for name in estimate})
