import numpy as np
import pytest

from truthserum.games.base import Design

GOOD = {
    "targets": np.array([4, 1]),
    "labels": np.array([0, 2]),
    "extra_x": np.zeros((3, 1, 2, 2), np.uint8),
    "extra_y": np.array([0, 0, 2]),
    "extra_of": np.array([0, 0, 1]),
    "asked": np.array([1, 3, 4]),
}


def test_a_design_that_fits():
    assert Design(**GOOD).targets.tolist() == [4, 1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": np.array([0])}, "design: 1 labels for 2 targets"),
        ({"extra_y": np.array([0])}, "extra_x, extra_y and extra_of differ in length"),
        ({"extra_of": np.array([0])}, "extra_x, extra_y and extra_of differ in length"),
        ({"asked": np.array([1, 3])}, "some targets are not among the rows"),
        ({"asked": np.array([4, 3, 1])}, "not in ascending order"),
        ({"asked": np.array([1, 1, 4])}, "not in ascending order"),
    ],
)
def test_designs_that_do_not_fit(changes, message):
    with pytest.raises(ValueError, match=message):
        Design(**GOOD | changes)
