import numpy as np
import pytest

from truthserum.data.equal import contents, first_of_each


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.int64])
@pytest.mark.parametrize("shape", [(3,), (1, 2, 2)])
def test_rows_are_equal_if_every_value_is(dtype, shape):
    x = np.random.default_rng(2).integers(0, 2, (60, *shape)).astype(dtype)
    found = contents(x)
    for i in range(60):
        for j in range(60):
            assert (found[i] == found[j]) == (x[i] == x[j]).all()
    rows = [row.tolist() for row in x]
    assert first_of_each(x).tolist() == [i for i in range(60) if rows.index(rows[i]) == i]


def test_a_negative_zero_is_zero():
    assert first_of_each(np.array([[0.0, 1], [-0.0, 1], [0, -1]])).tolist() == [0, 2]


def test_what_is_no_number_is_one_value():
    missing, divided = np.copysign(np.nan, [1, -1])  # the other as 0/0 leaves it
    rows = np.array([[missing, 1], [divided, 1], [divided, 2]])
    assert first_of_each(rows).tolist() == [0, 2]
    assert first_of_each(rows.astype(complex)).tolist() == [0, 2]


def test_columns_of_a_larger_array_will_do():
    x = np.array([[1, 7, 2], [1, 8, 2], [2, 7, 2]])
    assert first_of_each(x[:, ::2]).tolist() == [0, 2]


def test_no_rows_have_no_contents():
    assert first_of_each(np.zeros((0, 3))).tolist() == []
