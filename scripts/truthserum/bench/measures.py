"""What was measured, round by round, and what was hoped for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from truthserum.report.sheets import Sheet
from truthserum.report.tables import table


def race(rounds: int, *runners: Callable[[], float]) -> np.ndarray:
    """What each runner returns in each round, float64 [runners, rounds].

    The runners take turns (A B A B ...), so that other load on the machine meets all of them; a
    first round, to warm up, is not counted.
    """
    return np.array([[run() for run in runners] for _ in range(rounds + 1)])[1:].T


@dataclass(frozen=True)
class Measure:
    """One quantity: a value per round, and the target for their median, if there is one.

    ValueError without values.
    """

    name: str
    unit: str
    values: Sequence[float] | np.ndarray
    at_least: float | None = None
    below: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(float(value) for value in self.values))
        if not self.values:
            raise ValueError(f"{self.name}: found no values, allowed one or more")

    @property
    def median(self) -> float:
        return float(np.median(self.values))

    @property
    def target(self) -> str:
        """The target in words, or nothing."""
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        return f"below {self.below:g}" if self.below is not None else ""

    @property
    def met(self) -> str:
        """Whether the median meets the target: yes, no, or nothing if there is none."""
        if self.at_least is not None:
            return "yes" if self.median >= self.at_least else "no"
        if self.below is not None:
            return "yes" if self.median < self.below else "no"
        return ""

    def row(self) -> dict[str, object]:
        """The line of this measure in a table."""
        return {
            "measure": self.name,
            "median": self.median,
            "lowest": min(self.values),
            "highest": max(self.values),
            "rounds": len(self.values),
            "unit": self.unit,
            "target": self.target,
            "met": self.met,
            "note": self.note,
        }


def sheet(measures: Sequence[Measure]) -> Sheet:
    """The measures for people."""
    columns = [("measure", "wide"), ("median (range, rounds)", "name"), ("target", "name")]
    columns += [("met", "name"), ("note", "wide")]
    rows = [[each.name, _found(each), each.target, each.met, each.note] for each in measures]
    said = "Of several rounds their median, range and number."
    return Sheet("What was timed here", [], {"": table("measures", said, columns, rows)})


def _found(measure: Measure) -> str:
    """The median, and of several rounds their range and number."""
    values = measure.values
    low, middle, high = map(_short, (min(values), measure.median, max(values)))
    spread = f" ({low} to {high}, {len(values)})" if len(values) > 1 else ""
    return f"{middle} {measure.unit}{spread}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
