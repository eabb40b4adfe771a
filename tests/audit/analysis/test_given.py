"""Predictions that are there already: what only coins can tell, and whether coins were thrown."""

import numpy as np
import pytest

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.found import Resampling
from truthserum.audit.analysis.given import GivenStudy, measured
from truthserum.audit.analysis.records import People


@pytest.fixture
def measure(rng):
    """measure(coins, *shares): the claims and the self-checks of models with so many members."""

    def of(coins, *shares):
        records = 400
        member = np.stack([rng.random(records) < share for share in shares or (0.5,)])
        confidence = np.clip(rng.normal(0.5 + 0.2 * member, 0.1), 0, 1)
        answers = Answers(confidence, member, confidence > 0.5)
        people = People(np.arange(records), np.full(records, "all"), {})
        resampling, every = Resampling(5, 20, people.record), np.ones(records, bool)
        body = measured(GivenStudy(answers, people, coins, resampling, None, 1e-5, every))
        return tuple({one.id: one for one in part} for part in (body.claims, body.checks))

    return of


def test_only_coins_tell_whether_there_is_a_leak(measure):
    claims, checks = measure(False)
    assert claims["any_leak"].reason.startswith("memberships were not decided by fair coins")
    assert claims["auc"].low > 0.8
    assert checks["coins"].passed is None
    claims, checks = measure(True)
    assert claims["any_leak"].p < 0.05
    assert checks["coins"].passed is True


def test_members_that_fair_coins_never_choose_fail_the_check(measure):
    _, checks = measure(True, 0.7)
    assert checks["coins"].passed is False
    _, checks = measure(True, 0.5, 0.7)  # of two that are no halves the second one
    assert checks["coins"].passed is False


def test_only_coins_tell_whose_presence_shows(rng):
    """Models of one of two places each are surer of all its people, and no record matters."""
    place = np.arange(60) % 2 == 0
    member = np.tile([place, ~place], (12, 1))
    answers = Answers(rng.normal(size=member.shape) + 9 * member, member, None)
    people, every = People(np.arange(60), np.full(60, "all"), {}), np.ones(60, bool)
    for coins, shown in ((False, 0), (True, 60)):
        resampling = Resampling(5, 20, people.record)
        body = measured(GivenStudy(answers, people, coins, resampling, None, 1e-5, every))
        (named,) = (one for one in body.claims if one.id == "named_records")
        assert (named.resolved, body.tables["records"]["named"].sum()) == (coins, shown)
    assert body.groups[0].named == 60


@pytest.mark.parametrize("alone", [200, 1])
def test_records_that_share_a_coin_prove_nothing_of_the_epsilon_of_one(rng, alone):
    member = rng.random((1, 400)) < 0.5
    by_itself = np.arange(400) < alone
    answers = Answers(rng.normal(size=(1, 400)) + 9 * (member & ~by_itself), member, None)
    people = People(np.arange(400), np.full(400, "all"), {})
    resampling, found = Resampling(5, 20, people.record), []
    for of in (np.ones(400, bool), by_itself):
        body = measured(GivenStudy(answers, people, True, resampling, 0.5, 1e-5, of))
        found += [one for one in body.claims if one.id == "epsilon_lower"]
    everyone, single = found
    assert everyone.claim == "contradicted"
    assert single.claim == ("not measured" if alone == 1 else "not contradicted")
    assert single.coins == (None if alone == 1 else 200)
