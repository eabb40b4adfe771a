"""The attacks of an audit and the choice among them, against loops."""

from dataclasses import replace

import numpy as np
import pytest
from halves import halves
from scipy.special import expit, logit
from scipy.stats import binomtest

from truthserum.audit.analysis.answers import CLIP, Answers, label_only, published, rounded
from truthserum.audit.analysis.attacks import (
    HAIR,
    Candidate,
    attacks_on,
    cross_fitted,
    passed,
    scores_of,
)
from truthserum.audit.analysis.claims import accuracies
from truthserum.statistics.roc import roc


@pytest.fixture
def member(rng):
    return halves(rng, 12, 40)


@pytest.fixture
def answers(rng, member):
    odds = rng.normal(0, 3, member.shape) + 2 * member
    return Answers(expit(odds), member, odds > 0)


def test_signals_are_log_odds_and_probabilities(answers):
    signals = answers.signals
    assert list(signals) == ["logit", "probability"]
    for k, i in [(0, 0), (3, 7), (11, 39)]:
        p = min(max(answers.confidence[k, i], CLIP), 1 - CLIP)
        assert signals["logit"][k, i] == pytest.approx(logit(p))


def test_networks_that_are_surer_than_a_millionth_keep_their_log_odds(rng, member):
    """As most are that overfit; members and others were all alike from 1 - 1e-6 on."""
    odds = np.clip(rng.normal(18, 3, member.shape) + 2 * member, -30, 30)
    odds[::3] *= -1
    confidence = expit(odds)
    confidence[0, :2], confidence[1, :2] = [0, 1], [1, 0]
    told = Answers(confidence, member, odds > 0).signals["logit"]
    inner = np.isfinite(logit(confidence))
    np.testing.assert_allclose(told[inner], odds[inner], rtol=1e-3)
    assert (told[confidence == 0] < told[inner].min()).all()
    assert (told[confidence == 1] > told[inner].max()).all()


def test_log_odds_that_go_far_are_tried_as_they_were_too(rng, member):
    """Where few records are much surer than others, these are the better evidence."""
    sure = Answers(expit(rng.normal(18, 3, member.shape)), member, np.ones(member.shape, bool))
    signals = sure.signals
    assert list(signals) == ["logit", "clipped_logit", "probability"]
    assert signals["clipped_logit"].max() == pytest.approx(-logit(1e-6))
    tried = {f"{c}" for c in attacks_on(sure)}
    assert {"lira_shrunk/logit", "lira_shrunk/clipped_logit", "threshold/logit"} < tried
    assert not tried & {"threshold/clipped_logit", "rmia/clipped_logit"}


def test_certainty_is_as_sure_as_ever_where_all_else_is_coarse(member):
    """As of a forest of 100 trees."""
    confidence = np.resize([0, 0.01, 0.5, 0.99, 1], member.shape)
    told = Answers(confidence, member, confidence > 0.5).signals["logit"]
    assert [told.min(), told.max()] == pytest.approx([logit(1e-6), -logit(1e-6)])


@pytest.mark.parametrize("exponent", [-900, -60, 300])
def test_the_unit_of_a_signal_decides_nothing(rng, member, exponent):
    """As of likelihoods of texts, of which LiRA told nothing below 1e-12."""
    for held in (member, rng.permuted(member, axis=0)):  # in pairs, and in none
        signal = rng.normal(size=held.shape) + held
        one, other = (
            scores_of(Answers(each, held, None)) for each in (signal, np.ldexp(signal, exponent))
        )
        assert list(one) == list(other)
        for candidate in one:
            areas = [roc(each[candidate], held).auc() for each in (one, other)]
            assert areas[0] == areas[1] > 0.6


def test_less_output_is_less(answers):
    assert list(published(answers)) == ["two_decimals", "one_decimal", "top_label"]
    assert rounded(answers, 1).confidence[2, 3] == round(answers.confidence[2, 3], 1)
    assert (label_only(answers).signals["label"] == answers.right).all()


def test_accuracies_are_of_members_and_of_others(answers, member):
    inside, outside = answers.accuracies()
    for k in range(12):
        held = [answers.right[k, i] for i in range(40) if member[k, i]]
        others = [answers.right[k, i] for i in range(40) if not member[k, i]]
        assert (inside[k], outside[k]) == pytest.approx((np.mean(held), np.mean(others)))


def test_the_interval_of_an_accuracy_is_of_shares(answers):
    right = np.ones(answers.right.shape, bool)
    right[:2, :30] = False  # one pair is mostly wrong
    outside, inside = accuracies(replace(answers, right=right))
    for claim in (outside, inside):
        assert claim.high == 1 > claim.value > claim.low > 0
    (one, _), (pair, _) = (accuracies(answers.select(np.arange(n))) for n in (1, 2))
    outside = ~answers.member[0]
    exact = binomtest(int(answers.right[0, outside].sum()), int(outside.sum())).proportion_ci()
    assert [one.low, one.high] == pytest.approx([exact.low, exact.high])
    assert pair.low is None  # of how models are trained, of which there is one pair


@pytest.mark.parametrize(
    "models, expected",
    [
        (12, {"lira_shrunk", "lira_pooled", "rmia", "threshold"}),
        (6, {"rmia", "threshold"}),
        (2, {"threshold"}),
        (1, {"threshold"}),
        (3, {"threshold"}),
    ],
)
def test_few_models_allow_fewer_attacks(answers, models, expected):
    found = attacks_on(answers.select(np.arange(models)))
    assert {candidate.attack for candidate in found} == expected


@pytest.mark.parametrize("models", [2, 4, 6])
def test_few_models_choose_an_attack_that_finds_what_they_tell(member, models):
    """An RMIA finds nothing where none is twice as sure of members as of others."""
    held = member[:models]
    sure = Answers(np.where(held, 0.95, 0.6), held, np.ones(held.shape, bool))
    chosen = cross_fitted(scores_of(sure), held, 0.1)
    assert {candidate.attack for _, candidate in chosen.folds} == {"threshold"}
    assert roc(chosen.scores, held).auc() == 1


def test_models_that_are_no_pairs_learn_from_each_other_where_they_are_enough(answers, rng):
    unpaired = Answers(answers.confidence, rng.random((12, 40)) < 0.5, answers.right)
    found = {candidate.attack for candidate in attacks_on(unpaired)}
    assert found == {"lira_shrunk", "lira_pooled", "threshold"}
    few = {candidate.attack for candidate in attacks_on(unpaired.select(np.arange(5)))}
    assert few == {"threshold"}


def test_no_model_is_scored_with_its_partner(answers):
    before = scores_of(answers)
    confidence = answers.confidence.copy()
    confidence[5] = 0.5  # the partner of model 4
    after = scores_of(Answers(confidence, answers.member, answers.right))
    for candidate, scores in before.items():
        if candidate.attack != "rmia":  # in which a shadow model is also in the population
            assert after[candidate][4] == pytest.approx(scores[4])


def test_what_passes_is_counted(rng):
    scores, member = rng.integers(0, 6, (3, 20)).astype(float), rng.random((3, 20)) < 0.5
    others = scores[~member]
    found = passed(scores, member)
    for k, i in np.ndindex(3, 20):
        before = HAIR * (scores[k, i] in others)
        assert found[k, i] == pytest.approx((np.sum(others >= scores[k, i]) - before) / len(others))


def test_what_passes_is_in_the_order_of_the_scores(rng):
    # Of few others each counts: two that become equal would add half a decision to the area.
    scores, member = rng.normal(size=(1, 40)), np.arange(40)[None] % 2 == 0
    assert roc(-passed(scores, member), member).auc() == roc(scores, member).auc()
    others = -passed(scores, member)[~member]
    for accused in range(1, 21):  # of 20, at just so many of them
        assert (others >= -accused / 20).sum() == accused


def test_each_half_reports_what_the_other_chose(rng, member):
    # One attack works on even pairs only, the other on odd pairs only.
    even = (np.arange(12) // 2 % 2 == 0)[:, None]
    scores = {
        Candidate("one", "s"): rng.normal(size=member.shape) + 9 * member * even,
        Candidate("other", "s"): rng.normal(size=member.shape) + 9 * member * ~even,
    }
    chosen = cross_fitted(scores, member, 0.1)
    assert [(models.tolist(), c.attack) for models, c in chosen.folds] == [
        ([2, 3, 6, 7, 10, 11], "one"),
        ([0, 1, 4, 5, 8, 9], "other"),
    ]
    # So what is reported is nothing: the choice does not flatter itself.
    assert roc(chosen.scores, member).auc() == pytest.approx(0.5, abs=0.15)


def test_the_scale_of_a_fold_does_not_change_its_decisions(rng, member):
    scores = {Candidate("one", "s"): rng.normal(size=member.shape) + member}
    chosen = cross_fitted(scores, member, 0.1)
    (only,) = scores.values()
    assert roc(chosen.scores, member).auc() == pytest.approx(roc(only, member).auc(), abs=0.01)
