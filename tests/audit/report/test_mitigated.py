"""The table of what was tried against the leak."""

import pytest

from truthserum.audit.report.mitigated import of_mitigations, shown_to_help
from truthserum.audit.report.rows import ALIKE
from truthserum.registry import names
from truthserum.report.numbers import percent
from truthserum.storage import written

MEASURE = "tpr_at_fpr_0.01"


def test_a_row_says_what_was_and_what_is(audit):
    found = audit()
    (first, *_) = found.mitigations
    made = of_mitigations(found, found.claim("auc"), {first.id: "Mind the gap."}, {})
    rows = {row[0].text: row for row in made.rows}
    name, told, change, which, *_ = rows[said_as(first.id)]
    assert name.below.endswith("Mind the gap.")
    before, after = (
        next(claim for claim in claims if claim.measure == "auc")
        for claims in (first.before, first.claims)
    )
    values = f"{percent(before.value)} → {percent(after.value)}"
    assert told.text == which.text == values
    assert told.below == which.below
    assert told.below == f"[{percent(after.low)}, {percent(after.high)}]"
    apart = next(claim for claim in first.differences if claim.measure == "auc")
    assert change.text == percent(apart.value)


CHANGED = {
    "a change below 0": ({"high": -0.01}, {}, "Shown to help, each by itself: one."),
    "a change that may be none": ({"high": 0.01}, {}, "No measure is shown to help: "),
    "answers too coarse": ({"high": -0.01}, {"reached": False}, "No measure is shown to help: "),
    "not measurable": ({"high": None}, {"resolved": False}, "No measure is shown to help: "),
}


@pytest.mark.parametrize("change, after, said", CHANGED.values(), ids=CHANGED)
def test_it_is_said_plainly_whether_anything_is_shown_to_help(audit, change, after, said):
    found = audit(mitigations=[tried(change, after)])
    assert shown_to_help(found, found.claim(MEASURE)).startswith(said)


def tried(change, after, name="one"):
    """A mitigation, with the change of the rate at a level and the rate itself; none of the AUC."""
    whole = {"id": MEASURE, "value": 0.1, "low": 0.05, "high": 0.2}
    none = {"id": "auc", "value": 0.0, "low": -0.1, "high": 0.1}
    return {
        "id": name,
        "kind": "output",
        "models": 8,
        "claims": [whole | {"id": f"{name}.{MEASURE}"} | after],
        "before": [whole],
        "differences": [{"id": MEASURE, "value": -0.1, "low": -0.2} | change, none],
    }


def test_what_is_said_of_changes_is_what_stands_in_their_column(audit):
    for after, below in (({"reached": False}, True), ({}, False)):
        found = audit(mitigations=[tried({"high": -0.01 if below else 0.01}, after)])
        said = shown_to_help(found, found.claim(MEASURE))
        assert ("no interval in the column" in said, "too coarse" in said) == (not below, below)


def test_what_is_too_coarse_to_tell_is_not_first(audit):
    coarse = tried({}, {"reached": False, "value": 0.0}, "coarse")
    found = audit(mitigations=[coarse, tried({"high": 0.01}, {})])
    made = of_mitigations(found, found.claim(MEASURE), {}, {})
    assert [row[0].text for row in made.rows] == ["one", "coarse"]


def test_what_is_judged_by_the_average_is_named(audit):
    coarse = tried({"high": -0.01}, {"reached": False}, "two")
    found = audit(mitigations=[tried({"high": -0.01}, {}), coarse])
    assert shown_to_help(found, found.claim(MEASURE)) == (
        "Shown to help, each by itself: one. Judged by which of two was in: two."
    )


def test_what_shrinks_for_all_but_not_at_few_false_alarms_is_said(audit):
    one = tried({"high": 0.01}, {})
    one["differences"][1] |= {"value": -0.1, "low": -0.2, "high": -0.05}
    found = audit(mitigations=[one])
    said = shown_to_help(found, found.claim(MEASURE))
    assert said.startswith("No measure is shown to help")
    assert said.endswith("On average, “which of two” falls with one.")
    other = tried({"high": -0.01}, {}, "other")
    found = audit(mitigations=[one, other])
    assert shown_to_help(found, found.claim(MEASURE)) == (
        "Shown to help, each by itself: other. On average, “which of two” also falls with one."
    )


def test_what_is_not_tried_is_not_judged(audit):
    found = audit(mitigations=[])
    assert shown_to_help(found, found.claim(MEASURE)) == ""


def test_a_defence_is_cautioned_against_whatever_its_mitigation_is_called(audit):
    given = [tried({"high": 0.0}, {}) | {"id": name} for name in ("ours", "losses")]
    found = audit(mitigations=[given[0] | {"defence": "losses"}, given[1]])
    made = of_mitigations(found, found.claim(MEASURE), {}, {"losses": "Not against all."})
    assert {row[0].text: row[0].below for row in made.rows} == {
        "ours": "Not against all.",
        "losses": "",
    }


def test_every_defence_of_ours_has_a_caution(parts):
    defences = {*names("defence")} - {"none"}
    assert set(written.parsed(parts["cards.yaml"], "cards.yaml")["defences"]) == defences


def test_answers_too_coarse_for_a_level_are_said_to_be(audit):
    found = audit(
        mitigations=[tried({"high": 0.0}, {"reached": reached}) for reached in (False, True)]
    )
    below = [row[0].below for row in of_mitigations(found, found.claim(MEASURE), {}, {}).rows]
    assert sorted(below) == ["", ALIKE]


def test_the_least_leak_comes_first(audit):
    found = audit()
    made = of_mitigations(found, found.claim("auc"), {}, {})
    values = [
        next(claim.value for claim in one.claims if claim.measure == "auc")
        for row in made.rows
        for one in found.mitigations
        if said_as(one.id) == row[0].text
    ]
    assert values == sorted(values) and len(values) == len(found.mitigations)


def said_as(name):
    return name.replace("_", " ")
