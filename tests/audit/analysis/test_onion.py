"""Who leaves, and who shows then."""

from dataclasses import replace

import numpy as np
import pytest
from halves import halves

from truthserum.audit.analysis import onion
from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.study import measured
from truthserum.audit.forecast import account
from truthserum.audit.game import is_idle
from truthserum.audit.parts import answers_of
from truthserum.audit.products import Pair
from truthserum.audit.report.wording import answer
from truthserum.audit.result import read_audit

PAIRS, RECORDS = 14, 200
EVERYBODY = np.ones(RECORDS, bool)


def answers(surer, member=None):
    """Models that are surer of these records where they held them, and of all others by chance."""
    rng = np.random.default_rng(1)
    if member is None:
        member = halves(rng, 2 * PAIRS, RECORDS)
    confidence = rng.uniform(0.4, 0.6, member.shape)
    confidence[:, surer] += 0.3 * member[:, surer]
    return Answers(confidence, member, confidence > 0.5)


def test_those_who_show_leave():
    left = onion.leavers(answers([3, 50]), np.arange(RECORDS) + 10, np.arange(RECORDS + 10))
    assert np.flatnonzero(left).tolist() == [13, 60]


def test_a_unit_leaves_as_a_whole():
    unit = np.arange(RECORDS)
    unit[100] = 3
    left = onion.leavers(answers([3]), np.arange(RECORDS), unit)
    assert np.flatnonzero(left).tolist() == [3, 100]


def test_at_most_a_tenth_leaves_the_surest_first():
    seen = answers(range(30))
    seen.confidence[0::2, 5] = seen.confidence[1::2, 5]  # ties are no wins: it does not show
    left = onion.leavers(seen, np.arange(RECORDS), np.arange(RECORDS))
    assert left.sum() == 20
    assert not left[5]
    assert not left[30:].any()


def test_nobody_leaves_where_nobody_shows():
    assert not onion.leavers(answers([]), np.arange(RECORDS), np.arange(RECORDS)).any()


@pytest.mark.parametrize("new", [[], [40, 41, 42]])
def test_those_who_show_only_then_are_counted(new):
    before, after = answers([7, 8]), answers([7, *new])
    without = onion.Without(after, np.arange(RECORDS) >= 5)
    found = {claim.id: claim for claim in onion.claims(before, without)}
    assert found["without_exposed.left"].value == 5
    assert found["without_exposed.newly_named"].value == len(new)
    assert found["without_exposed.newly_named"].asked == RECORDS - 5


def test_without_leavers_nothing_is_claimed():
    seen = answers([])
    (claim,) = onion.claims(seen, onion.Without(seen, EVERYBODY))
    assert not claim.resolved
    assert claim.reason == onion.NOBODY
    first = slice(0, 6)  # of models: three pairs, of which each is won by chance alone once in 8
    few = Answers(*(x[first] for x in (seen.confidence, seen.member, seen.right)))
    assert onion.claims(few, onion.Without(few, EVERYBODY))[0].reason == onion.TOO_FEW


def test_it_is_said_if_those_who_show_are_too_many_to_leave():
    unit = np.where(np.arange(RECORDS) < 50, 3, np.arange(RECORDS))
    assert not onion.leavers(answers([3]), np.arange(RECORDS), unit).any()
    (claim,) = onion.claims(answers([3]), onion.Without(answers([3]), EVERYBODY))
    assert claim.reason == onion.TOGETHER


def test_the_leak_of_those_who_stay_is_compared(make_study):
    shift = np.where(np.arange(150) < 10, 8.0, 0.0)
    study = make_study(pairs=14, records=150, shift=shift)
    leaving = np.arange(150) < 10
    # Without them, three others take their place.
    held = np.where(study.clean.member, 0.999, 0.001)
    confidence = np.where(np.arange(150) // 3 == 20, held, study.clean.confidence)
    without = onion.Without(replace(study.clean, confidence=confidence), ~leaving)
    body = measured(replace(study, without=without))
    found = {claim.id: claim for claim in body.claims}
    assert found["without_exposed.newly_named"].value == 3
    (row,) = [row for row in body.mitigations if row.id == "without_exposed"]
    named = {claim.id: claim for claim in [*row.claims, *row.before]}
    assert named["named_records"] == replace(named["named_records"], value=0, asked=140)
    assert named["without_exposed.named_records"].value == 3


def test_where_nobody_leaves_nothing_is_trained(make_study, tmp_path):
    nobody, one = np.zeros(150, bool), np.arange(150) == 3
    assert is_idle("without_exposed", nobody)
    assert not is_idle("without_exposed", one) and not is_idle("clean", nobody)
    Pair.idle(150, True, "key").save(tmp_path / "pair.npz")
    idle = [Pair.load(tmp_path / "pair.npz", "key")] * 7
    study = make_study(pairs=7, records=150)
    without = onion.Without(answers_of(idle, study.clean.member), ~nobody)
    body = measured(replace(study, without=without))
    (claim,) = [one for one in body.claims if one.id == "without_exposed.newly_named"]
    assert claim.reason == onion.TOO_FEW
    assert "without_exposed" not in {row.id for row in body.mitigations}
    said = (
        "no record was left out, and nothing was trained again: so few models can name no record."
    )
    assert said in said_of([claim])
    took = {"wall": 3.0, "memory": 9, "beside": 9, "temporary": 0}
    clean = [Pair(np.zeros((2, 150)), None, took)] * 7
    found = account(150, 0, {"clean": clean, "without_exposed": idle})
    assert (found["core_seconds"], found["memory_bytes"]) == (21, 9)
    assert list(found["forecast"]["arms"]) == ["clean"]


def said_of(claims):
    about = {"schema": 1, "tool": {"name": "x"}, "audit": {"name": "one", "door": "recipe"}}
    (said,) = answer(read_audit(about | {"claims": claims}, "claims.json"))
    return said


def test_it_is_said_to_people():
    without = onion.Without(answers([7, 40]), np.arange(RECORDS) >= 5)
    said = said_of(onion.claims(answers([7]), without))
    assert "after 5 records were left out (what shows most clearly, and what is in" in said
    assert "1 of the 195 others showed that had not shown before" in said
