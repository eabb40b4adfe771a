from functools import cache
from itertools import product
from math import comb, exp

import numpy as np
import pytest
from scipy.stats import binom

from truthserum.statistics.one_run import epsilon_bound, halves_ratio, p_value, without_delta

RUNS = 4000


def naive_p_value(coins, guesses, correct, epsilon, delta):
    """Term by term, as appendix D of arXiv 2305.08846 adds them up."""
    success = 1 / (1 + exp(-epsilon))
    weight = [
        comb(guesses, w) * success**w * (1 - success) ** (guesses - w) for w in range(guesses + 1)
    ]
    alpha, just_missed = 0, 0
    for i in range(1, correct + 1):
        just_missed += weight[correct - i]
        alpha = max(alpha, just_missed / i)
    return min(sum(weight[correct:]) + 2 * coins * delta * alpha, 1)


@pytest.mark.parametrize("delta", [0, 1e-5, 1e-2])
@pytest.mark.parametrize("epsilon", [0, 0.7, 3.0])
@pytest.mark.parametrize(("coins", "guesses", "correct"), [(60, 40, 33), (40, 40, 40), (9, 5, 0)])
def test_p_value_term_by_term(coins, guesses, correct, epsilon, delta):
    asked = coins, guesses, correct, epsilon, delta
    assert p_value(*asked) == pytest.approx(naive_p_value(*asked), rel=1e-9)


@pytest.mark.parametrize("delta", [0, 1e-5, 1e-3])
@pytest.mark.parametrize("ratio", [1.0, 1.4])
def test_the_bound_is_where_the_p_value_meets_the_level(delta, ratio):
    found = epsilon_bound(300, 200, 180, delta, ratio=ratio)
    assert 1 < found < np.log(9)
    assert ratio * p_value(300, 200, 180, found - 1e-6, delta) < 0.05
    assert ratio * p_value(300, 200, 180, found + 1e-6, delta) > 0.05


def test_what_proves_nothing():
    assert epsilon_bound(100, 100, 55, 1e-5) == 0
    assert epsilon_bound(100, 0, 0, 1e-5) == 0
    assert epsilon_bound(100, 3, 3, 0) == 0  # three right guesses in a row are luck


@pytest.mark.parametrize("delta", [0.0, 1e-5])
def test_coins_that_may_be_anything_prove_nothing(delta):
    assert epsilon_bound(5000, 5000, 5000, delta, ratio=np.inf) == 0


def test_all_right_is_a_power_in_closed_form():
    """q^r = 0.05 for r right guesses."""
    odds = 0.05 ** (1 / 50)
    assert epsilon_bound(50, 50, 50, 0) == pytest.approx(np.log(odds / (1 - odds)))
    assert without_delta(50, np.array([0, 50]), 0.05)[0] < -10


def respond(rng, truth, epsilon):
    """Randomised response: each bit is told with probability e^epsilon / (1 + e^epsilon)."""
    return truth ^ (rng.random(truth.shape) >= 1 / (1 + np.exp(-epsilon)))


@pytest.mark.parametrize("epsilon", [0.0, 0.5, 2.0])
def test_coverage_on_randomised_response(epsilon):
    """The bound is true in at least 95 % of audits, and by a margin that a fair one has."""
    rng = np.random.default_rng(1)
    truth = rng.random((RUNS, 150)) < 0.5
    correct = (respond(rng, truth, epsilon) == truth).sum(axis=1)
    bound = cache(lambda v: epsilon_bound(150, 150, v, 0.0))
    wrong = np.mean([bound(int(v)) > epsilon for v in correct])
    assert binom.sf(wrong * RUNS - 1, RUNS, 0.05) > 1e-3
    assert wrong > 0.015


@pytest.mark.parametrize("epsilon", [0.5, 2.0, 4.0])
def test_with_many_coins_the_bound_is_near_the_truth(epsilon):
    rng = np.random.default_rng(2)
    truth = rng.random(50_000) < 0.5
    correct = int((respond(rng, truth, epsilon) == truth).sum())
    assert epsilon - 0.1 < epsilon_bound(50_000, 50_000, correct, 1e-9) < epsilon


@pytest.mark.parametrize("epsilon", [0.0, 1.0])
def test_coverage_where_delta_tells_everything(epsilon):
    """Randomised response that betrays all coins with probability delta is (epsilon, delta)-DP."""
    rng, delta = np.random.default_rng(3), 0.02
    truth = rng.random((RUNS, 60)) < 0.5
    told = np.where(rng.random((RUNS, 1)) < delta, truth, respond(rng, truth, epsilon))
    correct = (told == truth).sum(axis=1)
    bound = cache(lambda v, delta: epsilon_bound(60, 60, v, delta))
    wrong = np.mean([bound(int(v), delta) > epsilon for v in correct])
    assert wrong < 0.05
    # A bound that does not know of delta is more often wrong.
    assert np.mean([bound(int(v), 0.0) > epsilon for v in correct]) > wrong


@pytest.mark.parametrize(("points", "coins"), [(8, 3), (8, 4), (10, 5), (6, 0), (12, 1)])
def test_halves_against_every_outcome(points, coins):
    """The likeliest outcome of `coins` memberships, counted, against 2^-coins."""
    halves = [bits[:coins] for bits in product((0, 1), repeat=points) if sum(bits) == points // 2]
    likeliest = max(halves.count(bits) for bits in set(halves)) / len(halves)
    assert halves_ratio(points, coins) == pytest.approx(likeliest * 2**coins)


def test_halves_of_many_points_cost_little():
    assert halves_ratio(5000, 75) == pytest.approx((5000 / 4925) ** 0.5, rel=1e-3)
    assert halves_ratio(3000, 1500) == pytest.approx(2**0.5, rel=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: p_value(10, 11, 3, 1, 0), "correct: found 3 of 11 guesses on 10 coins, allowed"),
        (lambda: p_value(10, 5, 3, -1, 0), "epsilon, delta: found -1 and 0, allowed"),
        (lambda: epsilon_bound(9, 5, 3, 0, ratio=0.5), "confidence, ratio: found 0.95 and 0.5"),
        (lambda: halves_ratio(10, 6), "coins: found 6 of 10 points, allowed is 0 to half"),
        (lambda: halves_ratio(9, 2), "coins: found 2 of 9 points, allowed"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
