import numpy as np

from truthserum.inference.defences.copies import Copies


def test_the_first_of_equal_rows_is_kept(defend, labelled, rows):
    x, labels = (np.concatenate([part, part[[3, 3, 3, 7]]]) for part in labelled)
    labels[[81, 82]] = 1 - labels[3]  # copies of row 3 with another label
    x[83, 0, 0, 0] ^= 1  # no copy of row 7 any more
    rows = np.array([[81, 3, 80, 82, 7, 83], [82, 80, 10, 7, 11, 12]])
    _, kept = defend(Copies(), x, labels, rows, range(2))
    assert kept.tolist() == [
        [True, True, False, False, True, True],
        [True, True, True, True, True, True],
    ]


def test_rows_that_differ_are_all_kept(defend, rows):
    assert defend(Copies())[1].all()
