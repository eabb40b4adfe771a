"""The table of what was tried against the leak."""

from truthserum.audit.report import wording
from truthserum.audit.report.mitigated import of_mitigations


def test_a_row_says_what_was_and_what_is(audit):
    found = audit()
    (first, *_) = found.mitigations
    made = of_mitigations(found, found.claim("auc"), {first.id: "Mind the gap."})
    rows = {row[0].text: row for row in made.rows}
    name, told, change, which, *_ = rows[said_as(first.id)]
    assert name.below.endswith("Mind the gap.")
    before, after = (
        next(claim for claim in claims if claim.measure == "auc")
        for claims in (first.before, first.claims)
    )
    values = f"{wording.percent(before.value)} → {wording.percent(after.value)}"
    assert told.text == which.text == values
    assert told.below == f"[{wording.percent(after.low)}, {wording.percent(after.high)}]"
    apart = next(claim for claim in first.differences if claim.measure == "auc")
    assert change.text == wording.percent(apart.value)


def test_the_least_leak_comes_first(audit):
    found = audit()
    made = of_mitigations(found, found.claim("auc"), {})
    values = [
        next(claim.value for claim in one.claims if claim.measure == "auc")
        for row in made.rows
        for one in found.mitigations
        if said_as(one.id) == row[0].text
    ]
    assert values == sorted(values) and len(values) == len(found.mitigations)


def said_as(name):
    return name.replace("_", " ")
