"""Means over models, and over pairs of them."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from truthserum.statistics.means import (
    mean_interval,
    mean_of,
    mean_of_pairs,
    p_of_zero,
    stands_still,
)


def test_the_interval_is_that_of_a_t_test_over_pairs():
    values = np.random.default_rng(0).normal(size=12)
    found = mean_of_pairs(values)
    low, high = ttest_1samp(
        [(values[i] + values[i + 1]) / 2 for i in range(0, 12, 2)], 0
    ).confidence_interval()
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.value == pytest.approx(values.mean())


@pytest.mark.parametrize("shift", [0.0, 0.8])
def test_the_p_value_is_that_of_a_t_test(shift):
    values = shift + np.random.default_rng(1).normal(size=9)
    assert p_of_zero(values) == pytest.approx(ttest_1samp(values, 0).pvalue)


def test_values_without_noise_are_0_or_not():
    assert (p_of_zero(np.zeros(3)), p_of_zero(np.ones(3))) == (1, 0)
    assert np.isnan(p_of_zero(np.ones(1)))


def test_a_single_value_has_no_interval():
    found = mean_of_pairs(np.array([0.7]))
    assert found.value == 0.7
    assert np.isnan([found.low, found.high]).all()


def test_mean_interval_is_that_of_the_t_test():
    values = pd.Series([0.90, 0.91, 0.92, 0.97])
    found = mean_interval(values)
    expected = ttest_1samp(values, 0).confidence_interval(0.95)
    np.testing.assert_allclose([found["low"], found["high"]], expected)
    assert (found["value"], found["models"]) == (values.mean(), 4)


def test_a_single_model_has_no_interval():
    found = mean_interval(pd.Series([0.9]))
    assert found["value"] == 0.9
    assert np.isnan([found["low"], found["high"]]).all()


def test_means_of_what_is_alike_but_for_rounding_stand_still():
    assert stands_still(mean_of(np.array([0.1 + 0.2, 0.3, 0.3])))
    assert stands_still(mean_of(np.array([0.0, 1e-17])))
    assert not stands_still(mean_of(np.array([0.3, 0.31])))
    assert not stands_still(mean_of(np.array([0.3])))  # of one nothing is known
