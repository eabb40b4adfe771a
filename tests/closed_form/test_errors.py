import numpy as np
import pytest

from truthserum.closed_form.errors import RECOVERED, errors, nearest_label


def test_nearest_label_rounds_one_column_and_picks_the_largest_of_several():
    assert nearest_label(np.array([[-0.2], [0.4], [0.6], [3.0]])).tolist() == [0, 0, 1, 1]
    assert nearest_label(np.array([[0.1, 0.7, 0.2], [2.0, 1.0, 0.0]])).tolist() == [1, 0]


def test_errors_are_those_of_each_record():
    x = np.array([[0.0, 1.0], [0.5, 0.5]])
    y, mean = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.7, 0.4], [0.0, 1.0]])
    found_x = x + np.array([[0.3, -0.1], [0.9 * RECOVERED, 0.0]])
    judged = errors(found_x, np.array([[0.2, 0.8], [0.1, 0.9]]), x, y, mean)
    assert judged["residual"] == pytest.approx([0.5, 0])
    assert judged["max_error"] == pytest.approx([0.3, 0.9 * RECOVERED])
    assert judged["mse"][0] == pytest.approx((0.09 + 0.01) / 2)
    assert judged["label_correct"].tolist() == [False, True]
    assert judged["recovered"].tolist() == [False, True]


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_what_is_not_finite_is_a_failure_even_with_the_right_label(broken):
    x, y = np.zeros((2, 3)), np.array([[0.0], [0.0]])
    found_x, found_y = x.copy(), y.copy()
    found_x[0, 1] = found_y[1] = broken
    judged = errors(found_x, found_y, x, y, y)
    assert judged["max_error"].tolist() == judged["mse"].tolist() == [np.inf, np.inf]
    assert not judged["label_correct"].any() and not judged["recovered"].any()
