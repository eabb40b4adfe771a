"""How wide the intervals of a run will be, before it is run, and how many models a width takes."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from truthserum.findings.columns import TABLES
from truthserum.statistics.widths import (
    Decisions,
    exposure_needed,
    exposure_reach,
    needed,
    reaches,
    share_needed,
    share_reach,
    tpr,
)
from truthserum.work import Basis

LEVELS = (0.001, 0.01)  # false-positive rates, the headline first
WANTED, WANTED_BITS = 0.05, 0.5  # how far from its value the end of an interval may be
WHOLE = ("arms", "models", "negatives", "models_wanted", "records_wanted")
COLUMNS = list(TABLES["intervals"].meanings)


@dataclass(frozen=True)
class Alike:
    """Arms of an experiment whose intervals rest on as much: how many, and on what.

    models: of each arm, those that are not attacked included.
    """

    experiment: str
    arms: int
    models: int
    basis: Basis

    def row(self) -> dict[str, Any]:
        """The row of the table."""
        basis = self.basis
        positives, negatives = (round(basis.units * n) for n in (basis.positives, basis.negatives))
        made = KINDS.get(basis.measure, _share)(basis)
        return {
            "experiment": self.experiment,
            "arms": self.arms,
            "models": self.models,
            "positives": positives,
            "negatives": negatives or None,
            "lowest_fpr": 1 / negatives if negatives else math.nan,
            "measure": made.measure,
            "least": made.least,
            "most": made.most,
            "wanted": made.wanted,
            "models_wanted": basis.models * made.units or None,
            "records_wanted": made.records,
        }


@dataclass(frozen=True)
class Reach:
    """How far from its value the ends of an interval will be, at least and at most.

    units: how many of models, and records: how many records, bring both ends within `wanted`.
    """

    measure: str
    least: float
    most: float
    wanted: float
    units: int
    records: int


def intervals(every: Sequence[Alike]) -> pd.DataFrame:
    """A row for all arms that are alike, with the columns `COLUMNS`."""
    table = pd.DataFrame([one.row() for one in every], columns=COLUMNS)
    return table.astype(dict.fromkeys(WHOLE, "Int64"))


def _rate(basis: Basis) -> Reach:
    """Of the TPR at the lowest level that so many decisions resolve, or else at the highest."""
    decided = Decisions(basis.units, basis.positives, basis.negatives)
    resolved = [one for one in LEVELS if one * (basis.units * basis.negatives + 1) >= 1]
    level = (resolved or LEVELS[-1:])[0]
    name = tpr(level)
    ends = reaches(decided, level)[name] if resolved else {"least": math.nan, "most": math.nan}
    wanted = needed(WANTED, decided, level)[name]
    return Reach(name, ends["least"], ends["most"], WANTED, **wanted)


def _exposure(basis: Basis) -> Reach:
    ends = exposure_reach(round(basis.units * basis.positives), basis.bits)
    canaries = exposure_needed(WANTED_BITS, basis.bits)
    units = math.ceil(canaries["least"] / basis.positives)
    return Reach(basis.measure, ends["least"], ends["most"], WANTED_BITS, units, canaries["most"])


def _share(basis: Basis) -> Reach:
    reach, records = share_reach(round(basis.units * basis.positives)), share_needed(WANTED)
    units = math.ceil(records / basis.positives)
    return Reach(basis.measure, reach, reach, WANTED, units, records)


KINDS: Mapping[str, Callable[[Basis], Reach]] = {"tpr": _rate, "mean_exposure": _exposure}
