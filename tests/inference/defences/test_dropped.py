import numpy as np
import pytest

from truthserum.inference.defences.dropped import dropped_shares
from truthserum.inference.games.base import Design


@pytest.fixture
def design():
    """Of 6 records, rows 1 and 4 are targets; of 4 extra rows the first is a version of row 4."""
    asked = np.array([1, 2, 6])
    return Design(
        pool=np.array([0, 1, 2, 3, 4, 5]),
        targets=np.array([1, 4]),
        labels=np.array([0, 0]),
        extra_x=np.zeros((4, 1)),
        extra_y=np.zeros(4, int),
        extra_of=np.array([-1, 0, 0, 1]),
        asked=asked,
        record=np.array([1, 2, 4]),
        prior=np.zeros(3),
        true=np.ones(3, bool),
    )


def test_shares_of_each_role(design):
    rows = np.array([[1, 2, 3, 6, 7, 8], [0, 2, 3, 7, 8, 9], [0, 1, 2, 3, 5, 6]])
    kept = np.array([[0, 1, 0, 1, 0, 0], [0, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 0]], bool)
    assert dropped_shares(design, 6, rows, kept) == {
        "targets": [0.5, None, 0.5],
        "poisons": [1.0, pytest.approx(2 / 3), None],
        "others": [0.5, pytest.approx(1 / 3), 0.0],
    }
