import numpy as np
import pytest
from scipy.stats import binom

from truthserum.statistics.intervals import clopper_pearson, share_interval


def test_ends_are_where_the_tails_hold_two_and_a_half_percent():
    low, high = clopper_pearson(np.arange(1, 10), 10)
    np.testing.assert_allclose(binom.sf(np.arange(0, 9), 10, low), 0.025)
    np.testing.assert_allclose(binom.cdf(np.arange(1, 10), 10, high), 0.025)


def test_nothing_and_everything():
    low, high = clopper_pearson(np.array([0, 20]), 20)
    edge = 0.025 ** (1 / 20)
    np.testing.assert_allclose(low, [0, edge])
    np.testing.assert_allclose(high, [1 - edge, 1])


def test_a_share_has_numbers_for_ends():
    assert share_interval(3, 20) == clopper_pearson(np.array([3]), 20)
    assert all(isinstance(end, float) for end in share_interval(3, 20))


@pytest.mark.parametrize("rate", [0.0, 0.001, 0.03, 0.5, 0.98, 1.0])
@pytest.mark.parametrize("trials", [1, 17, 400])
def test_coverage_is_never_below_nominal(rate, trials):
    counts = np.arange(trials + 1)
    low, high = clopper_pearson(counts, trials, 0.9)
    covered = (low <= rate) & (rate <= high)
    assert binom.pmf(counts, trials, rate)[covered].sum() >= 0.9


@pytest.mark.parametrize(
    ("successes", "trials", "confidence"), [(3, 2, 0.95), (-1, 2, 0.95), (0, 0, 0.95), (1, 2, 95)]
)
def test_what_is_no_proportion_is_refused(successes, trials, confidence):
    with pytest.raises(ValueError, match="found"):
        clopper_pearson(successes, trials, confidence)
