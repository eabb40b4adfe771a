from dataclasses import replace

import audited
import pytest

from truthserum.audit.claim import Claim
from truthserum.audit.report import wording
from truthserum.report.numbers import NO_BREAK
from workflow.audits import RESERVED


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        (Claim(id="auc", value=0.735, low=0.7, high=0.77), "73.5 % [70 %, 77 %]"),
        (Claim(id="epsilon_lower", value=4.2, low=4.2), "4.2 or more"),
        (Claim(id="epsilon_lower", value=0, low=0), "none above 0"),
        (Claim(id="named_records", value=39, low=39, high=39), "39"),
        (Claim(id="any_leak", value=1.1), "1.1"),
        (Claim(id="auc", resolved=False), "not measurable"),
    ],
)
def test_an_estimate_stands_with_what_is_known_of_it(claim, text):
    assert wording.measured(claim).replace(NO_BREAK, " ") == text


def test_the_answer_speaks_of_people_per_thousand(audit):
    said = wording.answer(audit())
    assert said[0].startswith("The model answers differently on records that it was trained on")
    assert said[1].replace(NO_BREAK, " ") == (
        "Of 1,000 people that the model was trained on, 146 [106, 188] could be recognised if "
        "1 in 1,000 others may be wrongly accused. Guessing would recognise 1."
    )
    # At 1 in 1,000 that of the worst contributor is not measurable, so the next rate speaks.
    assert "With the worst contributor: of 1,000 people" in said[2]
    assert (
        "if 1 in 100 others may be wrongly accused; 338 [223, 466] of the same without it"
        in said[2].replace(NO_BREAK, " ")
    )
    assert any("39 of 240 single records show beyond chance" in one for one in said)
    assert any("claim of 3, for one record replaced by another, is contradicted" in s for s in said)


def test_where_answers_are_too_coarse_few_told_are_not_said_to_be_safe(audit):
    claims = [one | {"reached": False} for one in audited.claims()["claims"]]
    told = next(s for s in wording.answer(audit(claims=claims)) if s.startswith("Of 1,000 people"))
    assert told.endswith(f"Guessing would recognise 1. {wording.ALIKE}")


def test_a_bound_of_nothing_is_no_bound(audit):
    nothing = {"value": 0.0, "low": 0.0, "claimed": None, "ceiling": 4.5}
    said = wording.answer(audit(claims=changed(epsilon_lower=nothing)))
    (bound,) = [one for one in said if "epsilon" in one]
    assert bound == (
        "Whatever is promised, this audit proves no lower bound on epsilon above zero (it could "
        "have proved 4.5 at most)."
    )


def test_a_claim_on_one_model_is_of_a_record_added_or_removed(audit):
    one = {"models": 1}
    said = wording.answer(audit(claims=changed(epsilon_lower=one, auc=one)))
    assert any("The claim of 3, for one record added or removed, is" in one for one in said)
    # Of four pairs one model is audited, too, whose records were replaced.
    said = wording.answer(audit(claims=changed(epsilon_lower=one)))
    assert any("The claim of 3, for one record replaced by another, is" in one for one in said)


MORE = {
    "attribute_right": (0.8, 0.7, 0.9),
    "attribute_control": (0.6, 0.5, 0.7),
    "attribute_guess": (0.55, 0.45, 0.65),
    "attribute_gain": (0.2, 0.1, 0.3),
    "reconstruction_exact": (1.0, 0.96, 1.0),
    "reconstruction_rounded": (0.5, 0.4, 0.6),
}


def test_every_share_stands_with_its_interval(audit):
    more = [
        {"id": name, "value": value, "low": low, "high": high}
        for name, (value, low, high) in MORE.items()
    ]
    found = audit(claims=audited.claims()["claims"] + more)
    said = " ".join(wording.answer(found)).replace(NO_BREAK, " ")
    for value, low, high in MORE.values():
        assert f"{value * 1000:,.0f} [{low * 1000:.0f}, {high * 1000:,.0f}]" in said


def test_what_nobody_measured_beside_a_share_is_said_to_be_not_measurable(audit):
    alone = {"id": "attribute_right", "value": 0.8, "low": 0.7, "high": 0.9}
    said = " ".join(wording.answer(audit(claims=[alone])))
    assert "trained on it, not measurable times from one that was not" in said


def test_records_are_of_what_the_user_says(audit):
    about = audited.claims()["audit"]
    about = about | {"declared": about["declared"] | {"unit": "patients"}}
    assert "Of 1,000 patients that the model" in wording.answer(audit(audit=about))[1]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("models are no pairs", "Single records cannot be named. Models are no pairs."),
        ("Too few: it takes 28.", "Single records cannot be named. Too few: it takes 28."),
        ("", "Single records cannot be named. There are too few models for a proof of one."),
    ],
)
def test_why_nobody_can_be_named_is_what_the_claim_says(audit, reason, said):
    unknown = {"value": None, "resolved": False, "reason": reason}
    assert said in wording.answer(audit(claims=changed(named_records=unknown)))


def test_rows_of_one_subject_are_no_people(audit):
    about = audited.claims()["audit"]
    about = about | {"declared": about["declared"] | {"subject": "patient"}}
    said = wording.answer(audit(audit=about))[1]
    assert said.startswith("Of 1,000 records that the model")
    assert "Whoever has several can be recognised by any of them." in said


def changed(**more):
    """The claims of the example, with keys of those replaced that are named by their ids."""
    return [claim | more.get(claim["id"], {}) for claim in audited.claims()["claims"]]


def test_no_difference_is_said_as_it_is(audit):
    said = wording.answer(audit(claims=changed(any_leak={"p": 0.43})))[0]
    assert said == (
        "On average no difference was found between records that were in and others: chance alone "
        "would show as much in 430 of 1,000 repetitions."
    )


def test_right_answers_stand_beside_those_on_members(audit):
    said = wording.answer(audit())[-1].replace(NO_BREAK, " ")
    assert said == (
        "Of 1,000 records that it had not seen, the model gets 631 [622, 640] right, and 775 [763, "
        "787] of 1,000 that it was trained on."
    )


def test_one_record_is_spoken_of_as_one(audit):
    one = Claim(id="named_records", value=1, low=1, high=1)
    assert wording.sentence(one, audit()).startswith(
        "1 of 240 single records shows beyond chance that it was in. That proves its influence"
    )
    arm = "without_exposed"
    left, new = (
        Claim(id=f"{arm}.{name}", value=1, low=1, high=1, arm=arm, asked=239)
        for name in ("left", "newly_named")
    )
    said = wording.sentence(new, replace(audit(), claims=(left, new)))
    assert "after 1 record was left out" in said


def test_nobody_named_is_no_proof_of_influence(audit):
    nobody = Claim(id="named_records", value=0, low=0, high=0)
    said = wording.sentence(nobody, audit())
    assert said.startswith("No single record of ") and "proof" not in said


def test_what_cannot_be_measured_says_why(audit):
    few = {"value": None, "low": None, "high": None, "resolved": False, "negatives": 500}
    rates = {f"tpr_at_fpr_{rate}": few for rate in ("0.001", "0.01")}
    said = wording.answer(audit(claims=changed(**rates)))
    assert any("not measurable: 500 decisions on others are too few" in one for one in said)


def test_a_measure_without_a_name_of_ours_is_shown_as_it_is_called(audit):
    claim = Claim(id="odd", value=2.0)
    assert wording.title("odd") == "odd"
    assert wording.sentence(claim, audit()) == "odd: 2."


def test_no_mitigation_is_called_as_what_the_page_has_other_words_for():
    assert wording.ARMS.keys() <= RESERVED
