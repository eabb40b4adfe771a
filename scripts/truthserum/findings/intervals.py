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
from truthserum.work import Shown

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
    shown: Shown

    def row(self) -> dict[str, Any]:
        """The row of the table."""
        shown = self.shown
        positives, negatives = (round(shown.units * n) for n in (shown.positives, shown.negatives))
        made = KINDS.get(shown.measure, _share)(shown)
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
            "models_wanted": shown.models * made.units or None,
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


def _rate(shown: Shown) -> Reach:
    """Of the TPR at the lowest level that so many decisions resolve, or else at the highest."""
    decided = Decisions(shown.units, shown.positives, shown.negatives)
    resolved = [one for one in LEVELS if one * (shown.units * shown.negatives + 1) >= 1]
    level = (resolved or LEVELS[-1:])[0]
    name = tpr(level)
    ends = reaches(decided, level)[name] if resolved else {"least": math.nan, "most": math.nan}
    wanted = needed(WANTED, decided, level)[name]
    return Reach(name, ends["least"], ends["most"], WANTED, **wanted)


def _exposure(shown: Shown) -> Reach:
    ends = exposure_reach(round(shown.units * shown.positives), shown.bits)
    canaries = exposure_needed(WANTED_BITS, shown.bits)
    units = math.ceil(canaries["least"] / shown.positives)
    return Reach(shown.measure, ends["least"], ends["most"], WANTED_BITS, units, canaries["most"])


def _share(shown: Shown) -> Reach:
    reach, records = share_reach(round(shown.units * shown.positives)), share_needed(WANTED)
    units = math.ceil(records / shown.positives)
    return Reach(shown.measure, reach, reach, WANTED, units, records)


KINDS: Mapping[str, Callable[[Shown], Reach]] = {"tpr": _rate, "mean_exposure": _exposure}
