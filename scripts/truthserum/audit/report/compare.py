"""Two audits compared, measure by measure: better, worse, or no difference shown.

Audits of the same data with the same seed throw the same coins. Then differences are paired: of
means over pairs of models pair by pair, of rates and areas draw by draw of the bootstrap, as those
of mitigations within one audit are. Else the two are taken for independent, which makes intervals
wider, and that is said (see `statistics.paired`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from truthserum.audit.claim import Claim
from truthserum.audit.report.wording import ANSWERED, POINTS, measured, title, writer
from truthserum.audit.result import Audit
from truthserum.report.markdown import markdown, plain
from truthserum.report.sheets import Sheet
from truthserum.report.tables import Cell, Table, table
from truthserum.statistics import paired
from truthserum.statistics.means import mean_of, stands_still
from truthserum.statistics.paired import Difference, Estimate
from truthserum.statistics.scales import scale_of

BETTER = "accuracy"
"""The measure of which more is better; of all others, which are leaks, less is."""
NEITHER = r"accuracy_on_members|attribute_(?!right|gain).*"
"""Measures that are neither good nor bad by themselves: what stands beside a leak, and how much of
its own records a model has right, which it may have learnt by heart or understood."""
SHAPES = {"better": "within", "worse": "exceeds"}
LEAST = (
    f"Change: the second less the first, with its interval. {POINTS} Least: about the smallest "
    "difference that could have been shown. More or less is said of what is neither good nor bad "
    "by itself, as right answers on records trained on: learnt by heart, or understood."
)


@dataclass(frozen=True)
class Compared:
    """One measure of two audits.

    change: the other less the one. verdict: better, worse, no difference shown, or not comparable;
    more or less of what is neither good nor bad.
    least: about the smallest difference that could have been shown.
    """

    one: Claim
    other: Claim
    change: Difference | None
    verdict: str
    least: float | None
    paired: bool


def same_coins(one: Audit, other: Audit) -> bool:
    """Whether two audits read the same data, and the same records were in their models."""
    # The first alone: predictions of a released model, the second, are in no model.
    checksums = [[file.sha256 for file in audit.audit.inputs[:1]] for audit in (one, other)]
    coins = [audit.audit.coins for audit in (one, other)]
    return checksums[0] == checksums[1] and coins[0] == coins[1] is not None


def void(audit: Audit) -> bool:
    """Whether an audit failed a check of itself, so that nothing in it counts."""
    return any(check.voids for check in audit.failed)


def compare(one: Audit, other: Audit) -> list[Compared]:
    """Every measure that both have, in the order of the one; of a void audit none is compared."""
    alike, nothing = same_coins(one, other), void(one) or void(other)
    both = [(claim, other.claim(claim.measure, claim.of)) for claim in one.claims]
    return [
        _incomparable(claim, twin) if nothing else compared(claim, twin, alike)
        for claim, twin in both
        if twin is not None and claim.of in ANSWERED and claim.measure != "any_leak"
    ]


def compared(one: Claim, other: Claim, alike: bool) -> Compared:
    """One measure of two audits; alike: whether both threw the same coins."""
    if not (_bounded(one) and _bounded(other)):
        return _incomparable(one, other)
    how = _way(one, other) if alike else independent
    change = how(one, other)
    least = max(change.value - change.low, change.high - change.value)
    verdict = "no difference shown"
    if change.low > 0 or change.high < 0:
        verdict = _word(one.measure, change.value > 0)
    return Compared(one, other, change, verdict, least, how is not independent)


def _incomparable(one: Claim, other: Claim) -> Compared:
    return Compared(one, other, None, "not comparable", None, False)


def _word(measure: str, more: bool) -> str:
    """What it means that there is more of a measure, or less."""
    if re.fullmatch(NEITHER, measure):
        return "more" if more else "less"
    return "better" if more == (measure == BETTER) else "worse"


def _way(one: Claim, other: Claim) -> Callable[[Claim, Claim], Difference]:
    """How claims on the same coins are compared, by what both hold."""
    if len(one.pairs) == len(other.pairs) > 1:
        return pair_by_pair
    return draw_by_draw if len(one.drawn) == len(other.drawn) > 1 else independent


def pair_by_pair(one: Claim, other: Claim) -> Difference:
    """The mean difference over pairs of models, with Student's interval, if these differ at all."""
    found = mean_of(np.subtract(other.pairs, one.pairs), one.confidence)
    return independent(one, other) if stands_still(found) else Difference(*found)


def draw_by_draw(one: Claim, other: Claim) -> Difference:
    """The difference of two claims whose draws belong together."""
    return paired.difference(_estimate(other), _estimate(one), scale_of(one.measure))


def independent(one: Claim, other: Claim) -> Difference:
    """The difference of two claims by their intervals."""
    return paired.independent(_estimate(other), _estimate(one))


def _estimate(claim: Claim) -> Estimate:
    """A claim with its draws, of which those that are none are NaN."""
    found = claim.interval
    assert found is not None  # else it is not compared
    return Estimate(**found.ends, draws=np.array(claim.drawn, float))


def _bounded(claim: Claim) -> bool:
    """Whether there is an interval; a count without one may differ by chance, who knows how far."""
    found = claim.interval
    return found is not None and found.low < found.high


def of_compared(one: Audit, other: Audit) -> Table:
    """A row for each measure, and in the caption what it stands on."""
    found = compare(one, other)
    names = [audit.audit.name for audit in (one, other)]
    columns = [("measure", "name"), (names[0], "number"), (names[1], "number")]
    columns += [("change", "number"), ("verdict", "name"), ("least", "number")]
    rows: list[list[Cell | str]] = [
        [
            title(row.one.measure, row.one.of),
            measured(row.one),
            measured(row.other),
            _change(row),
            Cell(row.verdict, shape=SHAPES.get(row.verdict, "open"), strong=True),
            writer(row.one.measure)(row.least),
        ]
        for row in found
    ]
    return table("compared", f"{_how(one, other, found)} {LEAST}", columns, rows)


def _change(row: Compared) -> str:
    if row.change is None:
        return "–"
    return measured(Claim(row.one.measure, *row.change))


def as_markdown(one: Audit, other: Audit) -> str:
    """The comparison, for a pull request."""
    made = of_compared(one, other)
    names = [plain(audit.audit.name) for audit in (one, other)]
    head = [f"## {names[1]} compared with {names[0]}", "", plain(made.caption), ""]
    return "\n".join([*head, *markdown(made), ""])


def as_page(one: Audit, other: Audit, parts: Mapping[str, str]) -> str:
    """The comparison, as a page. parts: as of `page.audit_page`."""
    heading = f"{other.audit.name} compared with {one.audit.name}"
    return Sheet(heading, [], {"": of_compared(one, other)}).page(parts)


def _how(one: Audit, other: Audit, rows: Sequence[Compared]) -> str:
    """What the intervals stand on."""
    if names := [audit.audit.name for audit in (one, other) if void(audit)]:
        failed = "failed a check of itself" if len(names) == 1 else "failed checks of themselves"
        return f"Void: {' and '.join(names)} {failed}, so nothing is compared."
    if any(row.paired for row in rows):
        return "Same data and same coins: differences are paired, and what both share cancels."
    return (
        "Not the same data, coins and models: the two are taken for independent audits, and not "
        "paired."
    )
