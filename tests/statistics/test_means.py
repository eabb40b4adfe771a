"""Means over pairs of models."""

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from truthserum.statistics.means import mean_of_pairs


def test_the_interval_is_that_of_a_t_test_over_pairs():
    values = np.random.default_rng(0).normal(size=12)
    found = mean_of_pairs(values)
    low, high = ttest_1samp(
        [(values[i] + values[i + 1]) / 2 for i in range(0, 12, 2)], 0
    ).confidence_interval()
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.value == pytest.approx(values.mean())


def test_a_single_value_has_no_interval():
    found = mean_of_pairs(np.array([0.7]))
    assert found.value == 0.7
    assert np.isnan([found.low, found.high]).all()
