"""The ledger: what was published, what was measured, and whether they agree."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from truthserum.findings.claims import PLACE, Claim
from truthserum.findings.columns import TABLES
from truthserum.report.numbers import is_long, rounded, with_interval
from truthserum.report.sheets import Sheet
from truthserum.report.tables import Cell, Table, table
from truthserum.statistics import paired
from truthserum.statistics.agreement import Comparison, Enclosed, difference, verdicts

# In the order in which they are shown, each with what it means.
VERDICTS = {
    "differs": "The interval of the difference lies outside of the margin, also where it is "
    "corrected for the number of claims that get a verdict (Holm).",
    "undecided": "The interval of the difference lies neither inside of the margin nor, "
    "corrected, outside; or our value is not resolved.",
    "agrees": "The interval of the difference lies inside of the margin.",
    "other setting": "Measured, but not every setting is the source's: no verdict.",
    "not run": "No experiment at this scale measures it.",
}
EXPLAINED = (
    "Intervals are at 95 %. A published value is one noisy run, too, and has an interval where its "
    "trials or decisions are known. Each margin was declared before anything was compared; its "
    "reason is in resources/claims.yaml. Coarse: fewer than ten false positives are expected at "
    "the rate."
)
SHOWN = ("claim", "published", "measured", "difference", "margin", "source", "where")
INSTEAD = {  # where there is no verdict
    "other setting": ("claim", "published", "measured", "setting", "source", "where"),
    "not run": ("claim", "published", "source"),
}
SENTENCES = ("claim", "setting", "where")


def shown(interval: Enclosed) -> str:
    """An interval as readers see it; of a number without error the number alone."""
    if interval.low == interval.high:
        whole = float(interval.value).is_integer() and is_long(interval.value)
        return f"{interval.value:,.0f}" if whole else f"{interval.value:.7g}"
    return with_interval(interval.value, interval.low, interval.high)


@dataclass(frozen=True, eq=False)
class Measured:
    """A value with its 95 % interval, and the decisions and bootstrap draws behind it.

    draws: float64 [D], none where none were kept. coarse: whether fewer than ten false positives
    are expected at the rate that it is read at.
    """

    interval: Enclosed
    decisions: int
    draws: np.ndarray = field(default_factory=lambda: np.zeros(0))
    coarse: bool = False

    def __str__(self) -> str:
        return shown(self.interval) + (", coarse" if self.coarse else "")


Found = Measured | str
"""A value, or why there is none."""

NOT_RUN = "not run"
Places = Mapping[tuple[str, ...], Found]


def by_place(metrics: pd.DataFrame) -> Places:
    """Every value by its place: what stands in the columns of `PLACE`, as strings, in their order.

    metrics: those of all arms, with the columns of metrics.csv, the missing ones of `PLACE`, and
    `draws`, in each row an array [D] or None. ValueError for two values at one place.
    """
    places = zip(*(metrics[column].astype(str) for column in PLACE), strict=True)
    found: dict[tuple[str, ...], Found] = {}
    for place, row in zip(places, metrics.to_dict("records"), strict=True):
        if place in found:
            raise ValueError(f"metrics: found two values at {', '.join(place)}, allowed is one")
        found[place] = _measured(row)
    return found


def _measured(row: Mapping[str, Any]) -> Found:
    if not row["resolved"]:
        return f"unresolved ({row['negatives']} negatives)"
    value = row["value"]  # which a percentile interval may leave out
    interval = Enclosed(value, min(row["low"], value), max(row["high"], value))
    decisions, coarse = int(row["positives"] + row["negatives"]), row.get("coarse") is True
    draws = np.zeros(0) if row["draws"] is None else row["draws"]
    return Measured(interval, decisions, draws, coarse)


def look_up(found: Places, at: Mapping[str, Any]) -> Found:
    """The value at a place."""
    return found.get(tuple(str(at[column]) for column in PLACE), NOT_RUN)


def ratio(one: Found, other: Found) -> Found:
    """one / other, paired by the draws of both; the decisions are those of the fewer."""
    if isinstance(one, str):
        return one
    if isinstance(other, str):
        return other
    if one.interval.value == other.interval.value == 0:
        return "0 over 0"
    found = paired.ratio(*_with_draws(one, other))
    coarse = one.coarse or other.coarse
    return Measured(Enclosed(*found), min(one.decisions, other.decisions), coarse=coarse)


def _with_draws(*both: Measured) -> list[paired.Estimate]:
    """What can be paired; draws of one alone, or of other numbers, tell nothing of the two."""
    alike = len({len(each.draws) for each in both}) == 1
    return [
        paired.Estimate(**each.interval.ends, draws=each.draws if alike else np.zeros(0))
        for each in both
    ]


@dataclass(frozen=True)
class Held:
    """A claim, and the measured value that is held against it."""

    claim: Claim
    measured: Measured

    def published(self, end: float) -> Enclosed:
        """An end of the published range with its error, on the scale of comparison."""
        scale = self.claim.margin.scale
        ours = self.measured.interval.on(scale)
        return self.claim.error.around(end, scale, ours, self.measured.decisions)

    def beyond(self, end: float) -> Enclosed:
        """The measured value less that end; a range is never left where it has none."""
        published = self.published(end)
        if math.isinf(published.value):
            return Enclosed.exact(-published.value)
        return difference(self.measured.interval.on(self.claim.margin.scale), published)

    @property
    def comparison(self) -> Comparison:
        claim = self.claim
        return Comparison(
            self.beyond(claim.published.low),
            self.beyond(claim.published.high),
            claim.margin.on_scale,
        )

    @property
    def columns(self) -> dict[str, Any]:
        """What the table says of the two values and, for a single number, of their difference."""
        claim, margin, ours = self.claim, self.claim.margin, self.measured.interval
        row: dict[str, Any] = {**ours.ends}
        if claim.published.low < claim.published.high:
            return row
        published = self.published(claim.published.low).on(margin.back)
        words = str(claim.published)
        if published.low < published.high:
            words += f" [{rounded(published.low)}, {rounded(published.high)}]"
        beyond = self.beyond(claim.published.low).on(margin.back)
        apart = f"{beyond.value:.2g}" if beyond.low == beyond.high else shown(beyond)
        return row | {
            "published": f"{words}, {claim.error}",
            "difference": f"× {apart}" if margin.is_factor else apart,
        }


def ledger(claims: Sequence[Claim], metrics: pd.DataFrame, scale: str) -> pd.DataFrame:
    """A row a claim, in their order; docs/tables.md describes the columns.

    metrics: those of all arms, see `by_place`. The claims whose setting is the source's get their
    verdicts together, see `agreement.verdicts`.
    """
    rows, compared, found = [], {}, by_place(metrics)
    for at, claim in enumerate(claims):
        measured = look_up(found, claim.at)
        if claim.over:
            measured = ratio(measured, look_up(found, {**claim.at, **claim.over}))
        row = {
            "claim": claim.claim,
            "published": f"{claim.published}, {claim.error}",
            "measured": str(measured),
            "difference": "",
            "margin": str(claim.margin),
            "verdict": "undecided" if scale in claim.scales else "other setting",
            "setting": claim.setting,
            **claim.at,
            "over": ", ".join(f"{column} {value}" for column, value in claim.over.items()),
            "source": claim.source,
        }
        if measured == NOT_RUN:
            row["verdict"] = NOT_RUN
        elif isinstance(measured, Measured):
            held = Held(claim, measured)
            row |= held.columns
            if scale in claim.scales:
                compared[at] = held.comparison
        rows.append(row)
    for at, verdict in zip(compared, verdicts(list(compared.values())), strict=True):
        rows[at] |= {"verdict": verdict, "p": compared[at].p}
    return pd.DataFrame(rows, columns=list(TABLES["ledger"].meanings))


def by_verdict(found: pd.DataFrame) -> dict[str, Table]:
    """A table for each verdict that there is, in the order of `VERDICTS`, and what it means.

    found: a ledger; if it has a column `where`, of cells, then so have the tables.
    """
    parts = {verdict: found[found["verdict"] == verdict] for verdict in VERDICTS}
    return {verdict: _of(verdict, rows) for verdict, rows in parts.items() if len(rows)}


def _of(verdict: str, rows: pd.DataFrame) -> Table:
    names = [name for name in INSTEAD.get(verdict, SHOWN) if name in rows]
    return table(
        verdict.replace(" ", "_"),
        VERDICTS[verdict],
        [(name, "wide" if name in SENTENCES else "name") for name in names],
        [[_cell(row[name]) for name in names] for row in rows.to_dict("records")],
    )


def _cell(value: Any) -> Cell | str:
    return value if isinstance(value, Cell) else "" if pd.isna(value) else str(value)


def counted(found: pd.DataFrame) -> str:
    """How many claims have each verdict."""
    many = found["verdict"].value_counts()
    each = ", ".join(f"{many[verdict]} {verdict}" for verdict in VERDICTS if verdict in many)
    return f"{len(found)} claims: {each}."


def sheet(found: pd.DataFrame, scale: str) -> Sheet:
    """The ledger for people."""
    tables = {verdict.capitalize(): made for verdict, made in by_verdict(found).items()}
    return Sheet(f"Ledger, scale {scale}", [counted(found), EXPLAINED], tables)
