"""The first line of a page."""

import audited
import pytest

from truthserum.audit.report.headline import headline
from truthserum.audit.report.wording import headline_claim
from truthserum.report.numbers import NO_BREAK

FEW = {"value": None, "low": None, "high": None, "resolved": False}
GUESSED = {"value": 0.001, "low": 0.0, "high": 0.003}
NOTHING = {
    "any_leak": {"p": 0.4},
    "tpr_at_fpr_0.001": GUESSED,
    "tpr_at_fpr_0.01": GUESSED,
    "auc": {"value": 0.51, "low": 0.49, "high": 0.53},
    "named_records": {"value": 0, "low": 0, "high": 0, "resolved": True},
    "epsilon_lower": {"value": 0.0, "low": 0.0},
    "poisoned.tpr_at_fpr_0.01": FEW,
    "poisoned.auc": FEW,
}
UNTESTED = {"p": None, "reason": "no coins"}


@pytest.fixture
def said(audit):
    """said(id=keys, …): the headline of the example with keys of claims replaced."""

    def of(**more):
        claims = [claim | more.get(claim["id"], {}) for claim in audited.claims()["claims"]]
        found = audit(claims=claims)
        return headline(found, headline_claim(found))

    return of


def test_without_limits_it_is_of_the_leak(said):
    assert said(**NOTHING) == (
        "No leak found; at most 3 of 1,000 could be recognised if 1 in 1,000 others may be "
        "wrongly accused"
    )
    lowest = said(**NOTHING | {"tpr_at_fpr_0.001": FEW})
    assert lowest.endswith("if 1 in 100 others may be wrongly accused")
    assert said(any_leak={"p": 0.05}).startswith("It leaks:")
    rates = {f"tpr_at_fpr_{rate}": FEW for rate in ("0.001", "0.01")}
    assert said(**NOTHING | rates).startswith("Not measurable")


def test_a_leak_that_the_mean_does_not_show_is_none_the_less_one(said):
    """As of labels that are smoothed, by which members' answers vary less than others' do."""
    beyond = {"value": 0.03, "low": 0.02, "high": 0.04}
    assert said(**NOTHING | {"tpr_at_fpr_0.01": beyond}) == (
        f"It leaks, though not on average: 30{NO_BREAK}[20, 40] of 1,000 could be recognised if 1 "
        "in 100 others may be wrongly accused (guessing: 10)"
    )
    assert said(**NOTHING | {"auc": {"value": 0.7, "low": 0.6, "high": 0.8}}).startswith(
        f"It leaks, though not on average: members are told apart from others in 700{NO_BREAK}"
    )
    few = {"value": 3, "low": 3, "high": 3, "resolved": True}
    assert said(**NOTHING | {"named_records": few}) == (
        "It leaks, though not on average: single records show beyond chance that they were in, 3 "
        "in all"
    )


def test_how_much_leaks_is_said_with_it(said):
    assert said() == (
        f"It leaks: 146{NO_BREAK}[106, 188] of 1,000 could be recognised if 1 in 1,000 others may "
        "be wrongly accused (guessing: 1)"
    )
    small = {"value": 0.0008, "low": 0.0001, "high": 0.003}
    assert said(**{"tpr_at_fpr_0.001": small}).endswith(
        "if 1 in 100 others may be wrongly accused (guessing: 10)"
    )
    both = {f"tpr_at_fpr_{rate}": small for rate in ("0.001", "0.01")}
    assert said(**both).startswith("It leaks on average, and single records show, 39 in all: 0.8")
    assert said(**both, named_records=NOTHING["named_records"]) == (
        f"It leaks on average, and nobody is shown to be picked out: 0.8{NO_BREAK}[0.1, 3] of "
        "1,000 could be recognised if 1 in 1,000 others may be wrongly accused (guessing: 1)"
    )
    pairs = (
        f"It leaks: members are told apart from others in 735{NO_BREAK}[706, 768] of 1,000 pairs"
    )
    coarse = {"value": 0.0, "low": 0.0, "high": 0.001, "reached": False}
    unmeasured = dict.fromkeys(("tpr_at_fpr_0.001", "tpr_at_fpr_0.01"), FEW)
    for rates in (dict.fromkeys(unmeasured, coarse), unmeasured):
        assert said(**rates) == f"{pairs} (guessing: 500)"
    assert said(auc=FEW, **unmeasured).startswith("It leaks: the model reveals")


def test_what_no_coins_explain_is_neither_a_leak_nor_none(said):
    which = {"value": 0.798, "low": 0.766, "high": 0.826}
    assert said(any_leak=UNTESTED, auc=which) == (
        f"Members are told apart from others in 798{NO_BREAK}[766, 826] of 1,000 pairs (guessing: "
        "500); whether that is because of the model is open"
    )
    few = {"any_leak": UNTESTED, "auc": which | {"low": 0.49}}
    assert said(**few) == (
        f"Of members 146{NO_BREAK}[106, 188] of 1,000 could be recognised if 1 in 1,000 others may "
        "be wrongly accused (guessing: 1); whether that is because of the model is open"
    )
    assert said(**NOTHING | few).startswith("No leak found")
    assert said(**NOTHING | {"any_leak": UNTESTED, "auc": FEW}).startswith("No leak found")


def test_where_answers_are_too_coarse_nobody_is_said_to_be_safe(said):
    coarse = {"value": 0.0, "low": 0.0, "high": 0.0, "reached": False}
    rates = {f"tpr_at_fpr_{rate}": coarse for rate in ("0.001", "0.01")}
    assert said(**NOTHING | rates) == (
        "No leak found; members are told apart from others in at most 530 of 1,000 pairs "
        "(guessing: 500)"
    )


MORE = {
    "released.auc": "members of the released model are told apart from others",
    "poisoned.auc": "a worst contributor makes the model reveal who was in",
    "attribute_gain": "a protected column is guessed more often from models that held the record",
    "reconstruction_exact": "whole records can be computed from the weights",
    "epsilon_lower": "a lower bound on epsilon above zero is proved",
}


@pytest.mark.parametrize("name", MORE)
def test_no_leak_is_never_said_above_one_that_is_shown_in_another_way(audit, name):
    def first(low, **keys):
        value = {"id": name, "value": 0.9, "low": low, "high": 0.95}
        claims = [one | NOTHING.get(one["id"], {}) for one in audited.claims()["claims"]]
        found = audit(claims=[one for one in claims if one["id"] != name] + [value], **keys)
        return headline(found, headline_claim(found))

    assert first(0.8) == f"Nothing found of who was in, as models are trained; but {MORE[name]}"
    if name == "released.auc":
        blind = {"id": "blind_control", "passed": False, "says": "it", "voids": False}
        assert first(0.8, checks=[blind]).startswith("No leak found")
    if name != "reconstruction_exact":  # of which a single one is shown
        assert first(0.0).startswith("No leak found")


@pytest.mark.parametrize("leak, kind", [(0.9, "exceeds"), (0.5, "open")])
def test_the_shape_beside_it_is_that_of_a_leak_where_it_says_so(write_page, leak, kind):
    which = {"auc": {"value": leak, "low": leak - 0.05, "high": leak + 0.05}}
    claims = [one | (NOTHING | which).get(one["id"], {}) for one in audited.claims()["claims"]]
    _, _, first = write_page(audited.claims(claims=claims)).partition('<h1 id="headline">')
    assert f'class="shape {kind}"' in first.partition("</h1>")[0]
