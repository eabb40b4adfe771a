import numpy as np
import pytest
from scipy.stats import binom, norm

from truthserum.statistics.intervals import auc_interval, clopper_pearson, share_interval


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
    share, *ends = share_interval(3, 20)
    assert share == 0.15 and tuple(ends) == clopper_pearson(np.array([3]), 20)
    assert all(isinstance(end, float) for end in ends)


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


@pytest.mark.parametrize("positives, negatives", [(1, 1), (3, 40), (500, 500)])
def test_an_area_has_an_interval_by_normal_tails_wherever_it_is(positives, negatives):
    """Of scores that are equally many, exponential ones: Hanley and McNeil's parts of variance."""
    half, reach = (positives + negatives) / 2 - 1, norm.ppf(0.975)
    for value in (0.3, 0.5, 0.99):
        for end in auc_interval(value, positives, negatives):
            both_in, both_out = end / (2 - end) - end**2, 2 * end**2 / (1 + end) - end**2
            variance = end * (1 - end) + half * (both_in + both_out)
            variance /= positives * negatives
            assert (value - end) ** 2 == pytest.approx(reach**2 * variance)
    low, high = auc_interval(1.0, positives, negatives)
    assert 0 < low < high == 1
    assert auc_interval(0.0, positives, negatives) == pytest.approx((0, 1 - low))
