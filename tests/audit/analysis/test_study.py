"""A whole audit of made-up answers."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from scipy.stats import binomtest

from truthserum.audit.analysis import mitigations
from truthserum.audit.analysis.answers import Answers, published
from truthserum.audit.analysis.attacks import HAIR
from truthserum.audit.analysis.found import Resampling, find
from truthserum.audit.analysis.records import COLUMNS
from truthserum.audit.analysis.study import checks, measured
from truthserum.audit.presence import Presence


def by_id(body):
    return {claim.id: claim for claim in body.claims}


def test_a_leak_is_found_measured_and_named(make_study):
    body = measured(make_study(pairs=12, records=150, shift=4.0))
    found = by_id(body)
    assert found["any_leak"].p == 0.001
    assert found["tpr_at_fpr_0.01"].value > 0.5
    assert found["tpr_at_fpr_0.01"].low <= found["tpr_at_fpr_0.01"].value
    assert found["named_records"].value > 100
    assert found["epsilon_lower"].value > 1
    assert found["epsilon_lower"].value < found["epsilon_lower"].ceiling
    assert list(body.tables["records"]) == COLUMNS
    assert body.tables["records"]["named"].sum() == found["named_records"].value
    json.dumps(asdict(replace(body, tables={})), allow_nan=False)


def test_without_a_leak_none_is_said(make_study):
    found = by_id(measured(make_study(pairs=12, records=150)))
    assert found["any_leak"].p > 0.05
    assert found["named_records"].value == 0
    assert found["auc"].low < 0.5 < found["auc"].high
    assert found["epsilon_lower"].value == 0


def test_what_negatives_do_not_resolve_has_no_value(make_study):
    found = by_id(measured(make_study(pairs=4, records=100)))
    claim = found["tpr_at_fpr_0.001"]
    assert claim.negatives == 400
    assert not claim.resolved
    assert claim.value is claim.low is claim.high is None
    assert found["tpr_at_fpr_0.01"].resolved
    assert not found["named_records"].resolved  # 2^-4 of 100 records names none
    assert found["named_records"].reason == "Too few models: to name a record takes 22."


def test_all_right_answers_have_an_interval(make_study):
    study = make_study(pairs=4, records=100)
    whole = replace(study.clean, right=np.ones_like(study.clean.right))
    claim = by_id(measured(replace(study, clean=whole)))["accuracy_on_members"]
    low = binomtest(400, 400).proportion_ci(0.95, "exact").low  # as of independent answers
    assert (claim.value, claim.low, claim.high) == (1, pytest.approx(low), 1)


def test_models_that_are_all_right_equally_often_have_an_interval(make_study):
    study = make_study(pairs=12, records=150)
    right = np.empty_like(study.clean.right)
    for row, member in zip(right, study.clean.member, strict=True):
        for side in (member, ~member):  # 39 of 75, of which the mean of 12 rounds
            row[side] = np.arange(side.sum()) < 39
    claim = by_id(measured(replace(study, clean=replace(study.clean, right=right))))["accuracy"]
    assert claim.value == pytest.approx(0.52)
    expected = binomtest(39 * 24, 75 * 24).proportion_ci(0.95, "exact")
    assert (claim.low, claim.high) == pytest.approx((expected.low, expected.high))


def test_few_models_name_nobody_with_a_mitigation_either(make_study):
    less = measured(make_study(pairs=4, records=100)).mitigations[0]
    for rows in (less.before, less.claims):
        (claim,) = [one for one in rows if "named_records" in one.id]
        assert claim.value is None and not claim.resolved


def test_models_that_answer_alike_void_the_audit(make_study):
    clean = make_study(pairs=4, records=100).clean
    alike = np.repeat(clean.confidence[::2], 2, axis=0)
    (good,), (bad,) = checks(clean), checks(replace(clean, confidence=alike))
    assert (good.passed, good.value) == (True, 1)
    assert (bad.passed, bad.value) == (False, 0)


def test_models_that_differ_by_rounding_alone_are_measured(make_study):
    study = make_study(pairs=4)
    study.clean.confidence[:] = np.nextafter(1 / 3, study.clean.right)
    tables = measured(study).tables
    shares = tables["scores"].groupby(["signal", "member"])["share"].sum()
    assert shares.tolist() == pytest.approx([1] * 4)


def test_groups_are_counted_and_the_one_that_leaks_is_told(make_study):
    inside = np.arange(300) % 3 == 0
    study = make_study(pairs=14, records=300, shift=np.where(inside, 4, 0))
    sex = np.where(inside, "f", "m")
    study = replace(study, people=replace(study.people, groups={"sex": sex}))
    rows = measured(study).groups
    told = {(row.by, row.group): row for row in rows}
    assert told["sex", "f"].records == 100
    assert told["sex", "f"].p < 0.05
    assert told["sex", "f"].named > 50
    assert told["sex", "m"].named == 0
    assert sum(row.records for row in rows if row.by == "class") == 300


def test_less_output_is_compared_on_the_same_models(make_study):
    body = measured(make_study(pairs=8, records=120, shift=3.0))
    rows = {row.id: row for row in body.mitigations}
    assert set(rows) == {"two_decimals", "one_decimal", "top_label"}
    assert [row.best for row in rows.values()].count(True) == 1
    (auc,) = [each for each in rows["top_label"].differences if each.id == "auc"]
    assert auc.high < 0
    (same,) = [each for each in rows["top_label"].differences if each.id == "accuracy"]
    assert (same.value, same.low, same.high) == (0, 0, 0)


def test_other_training_by_which_all_is_right_as_before_may_cost_accuracy(make_study):
    """None wrong of 400 decisions leaves open one in a hundred, in each of the two."""
    study = make_study(pairs=4, records=100)
    whole = replace(study.clean, right=np.ones_like(study.clean.right))
    other = replace(whole, right=whole.right.copy(), confidence=whole.confidence**2)
    tried = measured(replace(study, clean=whole, trained={"other": other})).mitigations
    (row,) = [each for each in tried if each.id == "other"]
    (apart,) = [each for each in row.differences if each.id == "accuracy"]
    reach = 1 - binomtest(400, 400).proportion_ci(0.95, "exact").low
    assert (apart.value, apart.low, apart.high) == pytest.approx((0, -reach, reach))


def test_another_who_scores_highest_among_few_is_no_sign_of_coarse_answers(make_study):
    """One of 40 others is more than 1 in 100, though answers are as fine as can be."""
    study = make_study(pairs=2, records=40)
    confidence, out = study.clean.confidence.copy(), np.argwhere(~study.clean.member)[0]
    confidence[tuple(out)] = 1 - 1e-9
    found = find(
        replace(study.clean, confidence=confidence), Resampling(1, 20, study.resampling.unit)
    )
    assert -found.chosen.scores[tuple(out)] == pytest.approx(1 / 40, abs=HAIR)
    assert found.reaches("tpr_at_fpr_0.01")


def test_it_is_known_which_answers_are_too_coarse_for_a_level(make_study):
    """Of all that is answered alike a third is of others, so that no threshold accuses a few."""
    study = make_study(pairs=2, records=200)
    coarse = replace(study.clean, confidence=np.where(study.clean.right, 1.0, 0.0))
    for answers, reached in ((study.clean, True), (coarse, False)):
        claims = by_id(measured(replace(study, clean=answers)))
        assert claims["tpr_at_fpr_0.01"].reached == reached
        assert claims["auc"].reached


@pytest.mark.parametrize("seed", range(3))
def test_the_best_of_what_is_tried_is_that_which_leaks_nothing(seed):
    """Though it has fewer models, which measure no rate as low as the others' do."""
    rng = np.random.default_rng(seed)
    label, unit = np.arange(300) % 2, np.arange(300)
    member = Presence(unit, label, np.ones(300, bool)).coins(seed, range(13)).member

    def answers(member, leak):
        easy = 1 + rng.normal(size=300)
        odds = easy + rng.normal(size=member.shape) + leak * member
        return Answers(1 / (1 + np.exp(-odds)), member, odds > 0)

    clean, resampling = answers(member, 1.5), Resampling(seed, 20, unit)
    arms = {**published(clean), "private": answers(member[:12], 0.0)}
    found = mitigations.best(arms, find(clean, resampling))
    assert found.id == "private"


def test_poison_is_compared_on_its_targets(make_study):
    study = make_study(pairs=8, records=150, shift=0.5)
    member = study.clean.member
    answers = replace(study.clean, confidence=np.where(member, 0.9, 0.2))
    poisoned = mitigations.Poisoned(answers, np.arange(0, 150, 3))
    found = by_id(measured(replace(study, poisoned=poisoned)))
    assert found["poisoned.auc"].value == 1
    assert found["poisoned.auc"].positives == 8 * 50
    assert found["poisoned_minus_clean.auc"].low > 0
    assert found["poisoned_minus_clean.auc"].p < 0.05
    assert "poisoned_minus_clean.accuracy" in found
    assert all(claim.arm == claim.of for claim in found.values())


@pytest.mark.parametrize("pairs", [2, 3])
def test_few_models_are_attacked_without_lira(make_study, pairs):
    body = measured(make_study(pairs=pairs, records=200, shift=3.0))
    found = by_id(body)
    assert "lira" not in found["auc"].attack
    assert not found["epsilon_lower"].resolved
    assert found["epsilon_lower"].value is None
