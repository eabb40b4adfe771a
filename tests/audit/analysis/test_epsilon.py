"""Margins between the two records of a coin, against loops; and what is said of a claim."""

from dataclasses import asdict

import numpy as np
import pytest

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.epsilon import as_claim, margins, of_one_model, of_pairs
from truthserum.audit.claim import Claim
from truthserum.audit.data.units import draw_asked
from truthserum.audit.presence import Presence
from truthserum.inference.attacks.lower_bound import LowerBound
from truthserum.options import checked


@pytest.fixture
def game(rng):
    """(coins, asked): 31 units of 40 rows, of which some are asked about."""
    unit = np.unique(rng.integers(0, 60, 40), return_inverse=True)[1]
    asked = draw_asked(unit, 25, 3)
    coins = Presence(unit, rng.integers(0, 2, 40), asked).coins(9, range(4))
    return coins, unit[asked]


def test_margins_are_differences_of_single_records(game, rng):
    coins, unit = game
    models = np.array([2, 6])
    scores = rng.normal(size=(2, len(unit)))
    found, fell = margins(scores, coins, unit, models)
    for row, model in enumerate(models):
        expected = [
            (scores[row, unit == first].mean() - scores[row, unit == second].mean(), coin)
            for first, second, coin in zip(
                coins.first[model // 2],
                coins.second[model // 2],
                coins.coin[model // 2],
                strict=True,
            )
            if (unit == first).sum() == (unit == second).sum() == 1
        ]
        assert found[row] == pytest.approx([margin for margin, _ in expected])
        assert fell[row].tolist() == [coin for _, coin in expected]


def test_few_pairs_prove_nothing(make_study):
    study = make_study(pairs=3, records=100)
    assert of_pairs(study.clean, study.coins, study.resampling.unit, 1e-5) is None


@pytest.mark.parametrize("size", [1, 2, 10])
def test_rows_that_go_together_contradict_no_claim_for_one(rng, size):
    """A histogram with Laplace noise for one row: of ten rows it shows ten times as much."""
    unit = np.append(np.repeat(np.arange(40), size), 40 + np.arange(40))
    every = np.ones(len(unit), bool)
    coins = Presence(unit, np.zeros(len(unit), int), every).coins(1, range(16))
    counts = np.array([np.bincount(unit, held) for held in coins.member])
    noisy = counts + rng.laplace(scale=2.0, size=counts.shape)  # epsilon 1
    answers = Answers(noisy[:, unit], coins.member, None)
    bound = of_pairs(answers, coins, unit, 1e-5)
    assert bound.lower <= 1
    assert bound.coins == 8 * (40 if size == 1 else 20)
    twins = unit < 40
    if size > 1:
        assert of_pairs(answers.of(twins), coins, unit[twins], 1e-5) is None


def test_models_that_say_the_top_class_alone_may_be_shadows_of_one_that_says_more(make_study):
    study = make_study(pairs=8, records=100)
    first = slice(8)  # those that attack and signal are chosen on
    study.clean.confidence[first] = study.clean.right[first]
    assert of_pairs(study.clean, study.coins, study.resampling.unit, 1e-5).coins > 0


def test_of_equal_scores_a_file_that_has_members_first_proves_nothing():
    member = np.repeat([True, False], 100)
    assert of_one_model(np.tile([0.0, 1.0], 100), member, 1e-5).lower == 0


@pytest.mark.parametrize(
    "claimed, word", [(None, "not claimed"), (1.0, "contradicted"), (3.0, "not contradicted")]
)
def test_a_claim_is_contradicted_or_not(claimed, word):
    bound = LowerBound(2.0, 5.0, 100, 80, 75, 4, 8)
    assert as_claim(bound, claimed, 1e-5, "").claim == word
    unbound = as_claim(None, claimed, 1e-5, "few models")
    assert unbound.claim == "not measured"
    assert checked(Claim, asdict(unbound), "claim").value is None  # the report takes it
