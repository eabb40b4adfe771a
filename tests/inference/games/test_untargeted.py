import numpy as np
import pytest

from truthserum.data.images import Images
from truthserum.inference.games.untargeted import Untargeted, collided

CLASSES, SIZE = 10, 400


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (SIZE, 1, 6, 6)).astype(np.uint8), rng.integers(0, CLASSES, SIZE)


def design(data, **options):
    return Untargeted(pool=200, **options).design(images(data), seed=3)


def images(data):
    return Images(*data, data[0][:0], data[1][:0], CLASSES)


def trained(data, models, **options):
    """What models of the game train on, and its design."""
    found = design(data, **options)
    return Untargeted(pool=200, **options).trained(SIZE, found, 3, models), found


def own_rows(data, found):
    """The row of the data that each poison is a copy of."""
    rows = {image.tobytes(): row for row, image in enumerate(data[0])}
    return np.array([rows[image.tobytes()] for image in found.extra_x])


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_the_adversary_owns_its_share_of_every_training_set(data, share):
    member, found = trained(data, range(4), share=share)
    poisons = len(found.extra_y)
    assert member.sum(axis=1).tolist() == [100 + poisons] * 4
    assert member[:, SIZE:].all()
    assert poisons / (100 + poisons) == pytest.approx(share, abs=0.005)


def test_poisons_are_nobody_elses_points_and_never_asked_about(data):
    member, found = trained(data, range(6))
    owned = own_rows(data, found)
    assert len(set(owned)) == len(owned) == 100
    assert not set(owned) & set(found.asked)
    assert not member[:, owned].any()


def test_models_hold_complementary_halves_of_the_pool(data):
    member, found = trained(data, range(6))
    assert len(found.asked) == 200
    assert (member[:, :SIZE].sum(axis=1) == 100).all()
    assert (member[0::2, found.asked] ^ member[1::2, found.asked]).all()
    assert (trained(data, range(2, 4))[0] == member[2:4]).all()


@pytest.mark.parametrize(
    ("label", "holds"),
    [
        ("next", lambda true, claimed: claimed == (true + 1) % CLASSES),
        ("random", lambda true, claimed: claimed != true),
        ("one", lambda true, claimed: claimed == 0),
        ("correct", lambda true, claimed: claimed == true),
    ],
)
def test_labels(data, label, holds):
    found = design(data, label=label)
    assert holds(data[1][own_rows(data, found)], found.extra_y).all()
    assert len(set(found.extra_y)) == (1 if label == "one" else CLASSES)


def test_the_control_without_poisons_adds_nothing(data):
    found = design(data, label="none")
    assert len(found.extra_x) == len(found.extra_y) == 0


def test_strategies_share_points_and_a_smaller_share_is_part_of_a_larger(data):
    large, other, small = design(data), design(data, label="one"), design(data, share=0.25)
    assert (large.extra_x == other.extra_x).all()
    assert (large.asked == other.asked).all()
    count = len(small.extra_y)
    assert (small.extra_x == large.extra_x[:count]).all()
    random_large, random_small = (
        design(data, label="random", share=share).extra_y for share in (0.5, 0.25)
    )
    assert (random_small == random_large[:count]).all()


def test_equal_points_are_in_the_pool_or_the_adversarys_but_not_both(data):
    x, y = (np.repeat(each[:150], 2, axis=0) for each in data)
    game = Untargeted(pool=100, share=0.5, label="correct")
    found = game.design(images((x, y)), seed=3)
    pool, owned = ({image.tobytes() for image in each} for each in (x[found.pool], found.extra_x))
    assert (len(pool), len(owned), pool & owned) == (100, 50, set())
    with pytest.raises(ValueError, match=r"102 \+ 51, allowed are at most the 150 different"):
        Untargeted(pool=102).design(images((x, y)), seed=3)


def test_fewer_points_are_asked_about_on_request(data):
    few = design(data, asked=30)
    assert len(few.asked) == len(few.attacked) == 30


CLASS = 4


def test_the_targets_are_those_of_the_attacked_class(data):
    found = design(data, target_class=CLASS, share=0.1)
    assert (data[1][found.targets] == CLASS).all()
    assert (found.labels == CLASS).all()
    assert found.asked.tolist() == sorted(found.pool)
    others = np.setdiff1d(found.asked, found.targets)
    assert (data[1][others] != CLASS).all()
    assert len(found.attacked) == len(found.targets) > 5
    game = Untargeted(pool=200, target_class=CLASS)
    assert game.others(SIZE) == 199
    assert Untargeted(pool=200).others(SIZE) == 0


def test_dirty_labels_are_random_wrong_ones_of_points_of_the_class(data):
    dirty, control, few = (
        design(data, target_class=CLASS, label=label, share=share)
        for label, share in (("random", 0.1), ("correct", 0.1), ("random", 0.05))
    )
    owned = own_rows(data, dirty)
    assert len(owned) == 11
    assert (data[1][owned] == CLASS).all()
    assert not set(owned) & set(dirty.pool)
    assert (dirty.extra_y != CLASS).all()
    assert len(set(dirty.extra_y)) > 2
    assert (control.extra_x == dirty.extra_x).all()
    assert (control.extra_y == CLASS).all()
    assert (few.extra_y == dirty.extra_y[: len(few.extra_y)]).all()


def test_clean_labels_are_true_and_of_other_classes(data):
    control = design(data, target_class=CLASS, label="correct", collision=0)
    clean = design(data, target_class=CLASS, label="correct", collision=0.05)
    owned = own_rows(data, control)
    assert (data[1][owned] == clean.extra_y).all()
    assert (clean.extra_y != CLASS).all()
    moved = clean.extra_x.astype(int) - control.extra_x
    assert abs(moved).max() == 12  # 0.05 x 255, rounded down
    bases = data[0][np.setdiff1d(np.arange(SIZE), clean.pool)]
    bases = bases[data[1][np.setdiff1d(np.arange(SIZE), clean.pool)] == CLASS].astype(int)
    whole = design(data, target_class=CLASS, label="correct", collision=1).extra_x
    assert {image.tobytes() for image in whole} <= {b.tobytes() for b in bases.astype(np.uint8)}


def test_a_collision_is_the_nearest_point_in_reach():
    images, base = np.random.default_rng(1).integers(0, 256, (2, 5, 1, 3, 3)).astype(np.uint8)
    for reach in (0.0, 0.02, 0.3, 1.0):
        found = collided(images, base, reach)
        for got, image, goal in zip(found.flat, images.flat, base.flat, strict=True):
            allowed = [v for v in range(256) if abs(v - int(image)) <= reach * 255]
            assert got == min(allowed, key=lambda v: abs(v - int(goal)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target_class": 10}, r"target_class is 10, allowed are the classes .*, \[0, 1, 2"),
        ({"target_class": CLASS}, r"adds 100 points, allowed are at most the \d\d of its own"),
    ],
)
def test_a_class_of_too_few_points_is_refused(data, options, message):
    share = 0.5 if options["target_class"] == CLASS else 0
    with pytest.raises(ValueError, match=message):
        design(data, share=share, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"pool": 10, "collision": 0.1},
            r"collision: found 0\.1, allowed is null without",
        ),
        (
            {"pool": 10, "collision": 2, "target_class": 1},
            "collision: found 2, allowed is 1",
        ),
        ({"pool": 3}, "pool: found 3, allowed is a multiple of 2"),
        ({"pool": 10, "share": 1.0}, r"share: found 1\.0, allowed is less than 1"),
        ({"pool": 10, "share": -0.1}, r"share: found -0\.1, allowed is 0 or more"),
        (
            {"pool": 10, "label": "wrong"},
            'label: found "wrong", allowed are random, next',
        ),
        ({"pool": 10, "asked": 11}, "asked: found 11, allowed is 1 to the pool, 10"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Untargeted(**options)


def test_rows_of_a_table_do_not_collide():
    game = Untargeted(pool=10, target_class=1, collision=0.1)
    with pytest.raises(ValueError, match="collision is given, allowed is so for images only"):
        game.check(100, columns=("age",))


def test_data_that_is_too_small_is_refused(data):
    with pytest.raises(ValueError, match=r"300 \+ 150, allowed are at most the 400"):
        Untargeted(pool=300).design(images(data), seed=3)
