"""What a game costs, by arithmetic, is what is drawn and decided."""

from dataclasses import dataclass

import numpy as np
import pytest

from truthserum.data.catalogue import IMAGE_SETS, TABLE_SETS
from truthserum.data.images import Images
from truthserum.inference.attacks.rivals import Rivals
from truthserum.inference.games.attribute import Attribute
from truthserum.inference.games.membership import Membership
from truthserum.inference.games.untargeted import Untargeted
from truthserum.inference.work import points


@pytest.fixture
def pictures():
    """60 different images of four classes, as many of each."""
    x = np.random.default_rng(0).integers(0, 256, (60, 1, 8, 8), np.uint8)
    y = np.arange(60) % 4
    return Images(x, y, x[:1], y[:1], 4)


@dataclass(frozen=True)
class Known:
    """A data set of four classes."""

    classes: int = 4
    columns: tuple = ()


@pytest.mark.parametrize(
    "game",
    [
        Membership(6, 2, untargeted=10),
        Membership(6, 2),
        Untargeted(40, 0.25, asked=20),
        Untargeted(40, 0.25),
    ],
    ids=str,
)
def test_as_many_points_are_asked_about_and_left_out_as_the_design_has(pictures, game):
    design = game.design(pictures, 3)
    held = game.trained(60, design, 3, range(4))[:, design.asked]
    asked, positives, negatives = points(game, 60, Known())
    assert asked == len(design.asked)
    assert 4 * positives == held[:, design.attacked].sum()
    assert 4 * negatives == (~held[:, design.attacked]).sum()


def test_of_one_class_about_a_share_is_attacked(pictures):
    game = Untargeted(60, 0, label="none", target_class=1)
    # each class is a quarter of these images
    assert points(game, 60, Known()) == (60, 60 / 4 / 2, 60 / 4 / 2)


@pytest.mark.parametrize(("column", "values"), [("sex", 2), ("relationship", 6)])
def test_as_many_candidates_are_decided_as_count(column, values):
    record = np.repeat(np.arange(7), values)
    first = np.arange(7 * values) % values == 0
    rivals = Rivals(record, np.full(len(record), -np.log(values)), first)
    # In every model one value of each target is in; over all values, each as often.
    member = np.stack([np.arange(7 * values) % values == k for k in range(values)])
    decided = rivals.uniform(np.zeros(member.shape), member)
    asked, positives, negatives = points(Attribute(7, column), 100, TABLE_SETS["adult"])
    assert asked == len(record)
    assert values * positives == decided.member.sum()
    assert values * negatives == (~decided.member).sum()


def test_of_a_game_that_is_not_known_all_points_may_be_asked_about():
    assert points(object(), 100, IMAGE_SETS["mnist"]) == (100, 50, 50)
