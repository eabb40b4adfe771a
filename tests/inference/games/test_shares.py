import numpy as np
import pytest

from truthserum.data.images import Images
from truthserum.inference.games.base import Design
from truthserum.inference.games.membership import Membership
from truthserum.inference.games.shares import poison_rows, poison_shares
from truthserum.inference.games.untargeted import Untargeted

SEED, SIZE = 3, 40


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (SIZE, 1, 4, 4)).astype(np.uint8)
    return Images(x, rng.integers(0, 10, SIZE), x[:2], np.arange(2), classes=10)


@pytest.fixture
def design():
    """Of 6 records 1 and 4 are targets; extra row 6 is a version of 4, and 7, 8 and 9 are poisons.

    Two of these are aimed at the first target, the last at none.
    """
    asked = np.array([1, 2, 6])
    return Design(
        targets=np.array([1, 4]),
        labels=np.array([0, 0]),
        extra_x=np.zeros((4, 1)),
        extra_y=np.zeros(4, int),
        extra_of=np.array([-1, 0, 0, -1]),
        pool=np.array([0, 1, 2, 3]),
        asked=asked,
        record=np.array([1, 2, 4]),
        prior=np.zeros(3),
        true=np.ones(3, bool),
    )


def test_a_version_of_a_record_is_no_poison(design):
    assert poison_rows(design, 6).tolist() == [7, 8, 9]


def test_each_model_has_the_shares_of_its_own_rows(design):
    given = np.zeros((3, 10), bool)
    for model, rows in enumerate([[0, 1, 6, 7, 8, 9], [0, 1, 2, 6, 7], [0, 1]]):
        given[model, rows] = True
    found = poison_shares(design, 6, given)
    assert found["rows"].tolist() == [6, 5, 2]
    assert found["poison_share"].tolist() == [3 / 6, 1 / 5, 0]
    assert found["target_share"].tolist() == [2 / 6, 1 / 5, 0]


@pytest.mark.parametrize(
    ("game", "rows", "poisons", "aimed"),
    [
        (Membership(targets=4, copies=3), 20 + 12, 12, 3),
        (Membership(targets=4), 20, 0, 0),
        (Untargeted(pool=20, share=0.5), 20, 10, 0),
    ],
)
def test_shares_of_the_games(data, game, rows, poisons, aimed):
    design = game.design(data, SEED)
    found = poison_shares(design, SIZE, game.trained(SIZE, design, SEED, range(4)))
    assert found["rows"].tolist() == [rows] * 4
    assert found["poison_share"].tolist() == [poisons / rows] * 4
    assert found["target_share"].tolist() == [aimed / rows] * 4
