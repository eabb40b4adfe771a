"""The ledger: what was published, what was measured, and whether they agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

PLACE = ("experiment", "arm", "attack", "group", "mode", "measure")


@dataclass(frozen=True)
class Claim:
    """A published statement that some measured value can be held against.

    at: the columns of `PLACE` that name our value. over: the arm it is divided by, or None.
    low, high: the published range, equal for a single number. scales: where our setting is the
    source's. Raises ValueError for a place that is not fully named.
    """

    claim: str
    source: str
    at: Mapping[str, object]
    low: float
    high: float
    scales: tuple[str, ...]
    over: object = None

    def __post_init__(self) -> None:
        if set(self.at) != set(PLACE):
            raise ValueError(
                f"claim {self.claim!r}: at names {sorted(self.at)}, allowed are {PLACE}"
            )

    @classmethod
    def read(cls, entry: Mapping[str, object]) -> "Claim":
        """A claim from an entry of resources/claims.yaml; ValueError for unknown keys."""
        known = {"claim", "source", "at", "over", "published", "scales"}
        if unknown := set(entry) - known:
            raise ValueError(f"claims: found {sorted(unknown)}, allowed are {sorted(known)}")
        published = entry["published"]
        if not isinstance(published, Mapping):
            published = {"low": published, "high": published}
        return cls(
            entry["claim"],
            entry["source"],
            entry["at"],
            published["low"],
            published["high"],
            tuple(entry["scales"]),
            entry.get("over"),
        )


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval, or the reason why there is none."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    missing: str = ""

    def __truediv__(self, other: "Estimate") -> "Estimate":
        """The ratio; its interval is the widest that the two allow, without end if that is."""
        missing = self.missing or other.missing
        if missing or other.value == 0:
            return Estimate(missing=missing or "the divisor is 0")
        high = self.high / other.low if other.low else float("inf")
        return Estimate(self.value / other.value, self.low / other.high, high)

    def __str__(self) -> str:
        if self.missing:
            return self.missing
        return f"{self.value:.3g} [{self.low:.3g}, {self.high:.3g}]"


def look_up(metrics: pd.DataFrame, at: Mapping[str, object]) -> Estimate:
    """The value at a place in the metrics of all arms, which have the columns of `PLACE`."""
    found = metrics
    for column in PLACE:
        found = found[found[column].astype(str) == str(at[column])]
    if found.empty:
        return Estimate(missing="not run")
    (row,) = found.to_dict("records")
    if not row["resolved"]:
        return Estimate(missing=f"unresolved ({row['negatives']} negatives)")
    return Estimate(row["value"], row["low"], row["high"])


def verdict(claim: Claim, measured: Estimate, scale: str) -> str:
    """Agreement: the published range and our interval overlap."""
    if measured.missing:
        return "open"
    if scale not in claim.scales:
        return "other setting"
    agrees = measured.low <= claim.high and measured.high >= claim.low
    return "agrees" if agrees else "differs"


def ledger(claims: Sequence[Claim], metrics: pd.DataFrame, scale: str) -> pd.DataFrame:
    """One row a claim: claim, published, measured, verdict, place and source."""
    rows = []
    for claim in claims:
        measured = look_up(metrics, claim.at)
        if claim.over is not None:
            measured = measured / look_up(metrics, {**claim.at, "arm": claim.over})
        one = claim.low == claim.high
        rows.append(
            {
                "claim": claim.claim,
                "published": f"{claim.low}" if one else f"{claim.low} to {claim.high}",
                "measured": str(measured),
                "verdict": verdict(claim, measured, scale),
                **claim.at,
                "over": "" if claim.over is None else claim.over,
                "source": claim.source,
            }
        )
    return pd.DataFrame(rows)


def as_markdown(table: pd.DataFrame, scale: str) -> str:
    """The ledger for people: what has a verdict or a value first, then what is open."""
    shown = ["claim", "published", "measured", "verdict", "source"]
    counts = table["verdict"].value_counts()
    summary = ", ".join(f"{number} {name}" for name, number in counts.items())
    lines = [
        f"# Ledger, scale {scale}",
        "",
        f"{len(table)} claims: {summary}.",
        "",
        "*agrees*: the published range and our 95 % interval meet. *other setting*: measured, "
        "but at this scale data, model or counts are not the source's. *open*: not run at this "
        "scale, or not resolved.",
        "",
        "| " + " | ".join(shown) + " |",
        "|" + " --- |" * len(shown),
    ]
    order = table["verdict"].map({"differs": 0, "agrees": 1, "other setting": 2, "open": 3})
    for row in table.iloc[order.argsort(kind="stable")].to_dict("records"):
        lines.append("| " + " | ".join(str(row[name]) for name in shown) + " |")
    return "\n".join(lines) + "\n"
