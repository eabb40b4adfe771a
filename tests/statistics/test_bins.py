import numpy as np
import pytest

from truthserum.statistics.bins import bin_edges


def test_bins_are_as_wide_as_the_values_spread():
    found = bin_edges(np.array([1.0, 3.0, 2.5]), 4)
    assert found.tolist() == np.histogram_bin_edges([1.0, 3.0], 4).tolist() == [1, 1.5, 2, 2.5, 3]


@pytest.mark.parametrize("value", [0.0, 1.0, -1 / 3, 1e20, 1e100])
@pytest.mark.parametrize("steps", [0, 1, 20])
def test_values_that_differ_by_rounding_have_bins(value, steps):
    values = value + np.spacing(value) * np.array([0, steps])
    found = bin_edges(values, 40)
    assert (np.diff(found) > 0).all()
    assert np.histogram(values, found)[0].sum() == 2
