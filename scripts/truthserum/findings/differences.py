"""Arms of an experiment compared with the arm that they are to be read against."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from truthserum.findings.columns import TABLES
from truthserum.statistics.paired import Estimate, difference, ratio
from truthserum.statistics.scales import scale_of

PLACE = ["attack", "group", "mode", "measure"]
COLUMNS = list(TABLES["differences"].meanings)

Estimates = dict[tuple[str, str, str, str], tuple[Estimate, bool]]  # by the place of `PLACE`


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured in an arm.

    metrics: a row a measure, with the columns of `PLACE`, value, low, high, resolved and coarse.
    draws: float64 [rows, D], their bootstrap draws. ValueError if there are not as many.
    poison_share: of the arm's training sets, NaN where none is designed.
    """

    metrics: pd.DataFrame
    draws: np.ndarray
    poison_share: float = math.nan

    def __post_init__(self) -> None:
        if len(self.draws) != len(self.metrics):
            raise ValueError(
                f"draws: found {len(self.draws)} rows, allowed are the {len(self.metrics)} of the "
                "metrics"
            )

    def estimates(self) -> Estimates:
        """The resolved measures by place, and whether each is coarse."""
        rows = zip(self.metrics.to_dict("records"), self.draws, strict=True)
        return {
            (row["attack"], row["group"], row["mode"], row["measure"]): (
                Estimate(row["value"], row["low"], row["high"], own),
                bool(row["coarse"]),
            )
            for row, own in rows
            if row["resolved"]
        }


def _in_modes_of_both(*both: Estimates) -> tuple[Estimates, ...]:
    """What models without a choice of modes show, held against each mode of models that have it."""
    several = {mode for known in both for _, _, mode, _ in known} - {"none"} or {"none"}
    return tuple(
        {
            (attack, group, each, measure): found
            for (attack, group, mode, measure), found in known.items()
            for each in (sorted(several) if mode == "none" else [mode])
        }
        for known in both
    )


def differences(arms: Mapping[str, Measured], against: Mapping[str, str]) -> pd.DataFrame:
    """Every measure of every arm less that of its reference: paired, with the columns `COLUMNS`.

    against: the reference of each arm; arms without one are compared with none.
    """
    rows = []
    for arm, reference in against.items():
        own, known = _in_modes_of_both(arms[arm].estimates(), arms[reference].estimates())
        for place, (one, coarse) in own.items():
            if place not in known:
                continue
            other, other_coarse = known[place]
            found = difference(one, other, scale_of(place[PLACE.index("measure")]))
            times = ratio(one, other)
            values = one.value, other.value, *found, found.p, *times
            compared = arm, reference, arms[arm].poison_share
            rows.append((*compared, *place, *values, coarse or other_coarse))
    return pd.DataFrame(rows, columns=COLUMNS)
