import numpy as np
import pandas as pd
from scipy import stats

from truthserum.statistics.student import mean_interval


def test_mean_interval_is_that_of_the_t_test():
    values = pd.Series([0.90, 0.91, 0.92, 0.97])
    found = mean_interval(values)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    np.testing.assert_allclose([found["low"], found["high"]], expected)
    assert (found["value"], found["models"]) == (values.mean(), 4)


def test_a_single_model_has_no_interval():
    found = mean_interval(pd.Series([0.9]))
    assert found["value"] == 0.9
    assert np.isnan([found["low"], found["high"]]).all()
