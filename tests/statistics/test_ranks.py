import numpy as np
import pytest
from scipy.stats import binom

from truthserum.statistics import ranks
from truthserum.statistics.estimates import Interval

NONE = np.array([], int)


def test_a_model_that_knows_nothing_needs_half_of_all_guesses():
    assert ranks.guesses(np.zeros(1000), 17, NONE) == (500.5, 999)


def tried(scores, truth, own, rng):
    """Guesses of one adversary who breaks ties at random and leaves its own numbers for last."""
    order = sorted(range(len(scores)), key=lambda n: (n in own, -scores[n], rng.random()))
    return order.index(truth) + 1


@pytest.mark.parametrize("own", [[], [4], [2, 9, 11], [7], [7, 3, 5]])
def test_guesses_are_the_mean_over_random_orders_of_what_ties(own):
    rng = np.random.default_rng(5)
    scores = rng.integers(0, 4, 20).astype(float)  # many ties
    counts = [tried(scores, 7, own, rng) for _ in range(4000)]
    expected, ties = ranks.guesses(scores, 7, np.array(own, int))
    assert expected == pytest.approx(np.mean(counts), abs=4 * np.std(counts) / np.sqrt(4000) + 1e-9)
    rivals = {n for n in range(20) if (n in own) == (7 in own)} - {7}
    assert ties == sum(scores[n] == scores[7] for n in rivals)


def test_the_adversarys_own_number_is_last_and_not_in_the_way():
    scores = np.array([5.0, 9.0, 7.0, 1.0])
    assert ranks.guesses(scores, 2, np.array([1])) == (1, 0)
    assert ranks.guesses(scores, 1, np.array([1])) == (4, 0)


def test_scores_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="scores: found one that is not a number"):
        ranks.guesses(np.array([0, np.nan]), 0, NONE)


def test_exposure_in_bits():
    np.testing.assert_allclose(
        ranks.exposure(np.array([1, 2, 1024, 512.5]), 1024), [10, 9, 0, 0.9986], atol=1e-4
    )


@pytest.mark.parametrize(("count", "low", "high"), [(10, 2, 9), (20, 6, 15), (6, 1, 6)])
def test_the_interval_of_a_median_is_that_of_the_sign_test(count, low, high):
    values = np.random.default_rng(1).permutation(count) + 1.0
    assert ranks.quantile(values, 0.5, (0, 99)) == Interval((count + 1) / 2, low, high)
    # The tabled ends: one place further in, and either side would miss too often.
    assert binom.cdf(low - 1, count, 0.5) <= 0.025 < binom.cdf(low, count, 0.5)


def test_too_few_values_have_an_interval_to_the_bounds():
    assert ranks.quantile(np.array([4.0, 2.0, 9.0]), 0.5, (1, 100)) == Interval(4, 1, 100)
    assert ranks.quantile(np.arange(1, 11.0), 0.25, (0, 100)).low == 0


def test_no_values_are_refused():
    with pytest.raises(ValueError, match="values: found none"):
        ranks.quantile(np.array([]), 0.5, (0, 1))


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_quantile_intervals_cover_and_are_not_needlessly_wide(share):
    rng = np.random.default_rng(2)
    true = -np.log(1 - share)
    drawn = [ranks.quantile(rng.exponential(size=20), share, (0, np.inf)) for _ in range(2000)]
    covered = np.mean([low <= true <= high for _, low, high in drawn])
    assert covered >= 0.94
    assert covered < 0.99


@pytest.mark.parametrize("count", [1, 2, 4, 6, 30])
def test_bootstrap_intervals_of_a_ratio_cover(count):
    rng = np.random.default_rng(3)
    covered = 0
    for _ in range(300):
        of_canary = rng.normal(size=count)
        # The log-normals have medians 1 and 5.
        below, above = np.exp(of_canary), 5 * np.exp(of_canary + 0.5 * rng.normal(size=count))
        _, low, high = ranks.ratio_of_medians(above, below, rng, 200, (1, 1000))
        covered += low <= 5 <= high
    assert 0.91 <= covered / 300 <= 1


def test_the_ratio_of_a_few_medians_is_open_as_far_as_values_go():
    ratio = ranks.ratio_of_medians(
        np.array([60.0, 80]), np.array([7.0, 7]), np.random.default_rng(5), 100, (1, 1000)
    )
    assert tuple(ratio) == pytest.approx((10, 1 / 1000, 1000))


def test_pairs_are_drawn_together():
    """What is ten times larger for every canary is so in every draw."""
    below = np.random.default_rng(4).exponential(size=15)
    ratio = ranks.ratio_of_medians(10 * below, below, np.random.default_rng(4), 100, (1, 9))
    assert tuple(ratio) == pytest.approx((10, 10, 10))


def test_ranks_are_the_ends_and_the_middle():
    assert ranks.ranked(np.array([3.0, np.inf, 1.0, 2.0])) == {
        "best": 2,
        "median": 3,
        "worst": 1,
    }
