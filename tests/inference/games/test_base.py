import numpy as np
import pytest

from truthserum.inference.games.base import Design, rows_of, without_rivals

GOOD = {
    "pool": np.array([3, 1, 4, 0]),
    "targets": np.array([4, 1]),
    "labels": np.array([0, 2]),
    "extra_x": np.zeros((3, 1, 2, 2), np.uint8),
    "extra_y": np.array([0, 0, 2]),
    "extra_of": np.array([0, 0, 1]),
    **without_rivals(np.array([1, 3, 4])),
}


def test_a_design_that_fits():
    assert Design(**GOOD).targets.tolist() == [4, 1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": np.array([0])}, "design: 1 labels for 2 targets"),
        ({"extra_y": np.array([0])}, "extra_x, extra_y and extra_of differ in length"),
        ({"extra_of": np.array([0])}, "extra_x, extra_y and extra_of differ in length"),
        (without_rivals(np.array([1, 3])), "some targets are not among the rows"),
        ({"record": np.array([1, 3])}, "asked, record, prior and true differ in length"),
        ({"pool": np.array([0, 1, 4])}, "the pool is not an even number of different rows"),
        ({"pool": np.array([0, 1, 4, 1])}, "the pool is not an even number of different rows"),
        ({"asked": np.array([4, 3, 1])}, "not in ascending order"),
        ({"asked": np.array([1, 1, 4])}, "not in ascending order"),
    ],
)
def test_designs_that_do_not_fit(changes, message):
    with pytest.raises(ValueError, match=message):
        Design(**GOOD | changes)


def test_attacked_rows_come_target_by_target():
    assert Design(**GOOD).attacked.tolist() == [2, 0]
    candidates = Design(**GOOD | {"record": np.array([4, 1, 4])})
    assert candidates.attacked.tolist() == [0, 2, 1]


def test_rows_of_models():
    trained = np.array([[True, False, True], [False, True, True]])
    assert rows_of(trained).tolist() == [[0, 2], [1, 2]]
    with pytest.raises(ValueError, match="found 1 to 2 rows, allowed is one number"):
        rows_of(np.array([[True, False], [True, True]]))
