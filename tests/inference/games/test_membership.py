import numpy as np
import pytest

from truthserum.data.images import Images
from truthserum.data.tabular import Column, Table
from truthserum.inference.games.base import rows_of
from truthserum.inference.games.membership import Membership

CLASSES = 10
POOL = 60


def images(x, y, classes=CLASSES):
    return Images(x, y, x[:0], y[:0], classes)


@pytest.fixture
def pool():
    """Images [60, 2, 12, 12], all different, and their labels."""
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (POOL, 2, 12, 12)).astype(np.uint8), rng.integers(0, 10, POOL)


def design_of(pool, seed=1, **options):
    return Membership(**{"targets": 15} | options).design(images(*pool), seed)


@pytest.fixture
def members(pool):
    """members(models, seed=1): who holds which of the pool."""

    def of(models, seed=1):
        game = Membership(targets=1)
        return game.trained(POOL, design_of(pool, targets=1), seed, models)

    return of


def test_pairs_are_complementary_and_halves_exact(members):
    member = members(range(12))
    assert (member.sum(axis=1) == POOL // 2).all()
    assert (member[0::2] ^ member[1::2]).all()
    assert len({half.tobytes() for half in member}) == 12


def test_growth_keeps_what_there_was(members):
    sixteen, more = members(range(16)), members(range(32))
    assert (sixteen == more[:16]).all()
    assert (members([21, 4]) == more[[21, 4]]).all()


def test_secrets_depend_on_the_seed(members):
    assert (members(range(2), seed=1) != members(range(2), seed=2)).any()


def test_membership_is_uniform_and_independent_between_pairs(members):
    member = members(range(0, 1000, 2))
    # binomial(500, 1/2) has deviation 11.2: five of them
    assert abs(member.sum(axis=0) - 250).max() < 56
    agree = (member[:-1] == member[1:]).mean()
    assert agree == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(member[1:].size))


def test_targets_are_drawn_without_replacement(pool):
    targets = design_of(pool).targets
    assert len(set(targets)) == 15
    assert targets.min() >= 0
    assert targets.max() < POOL


def test_targets_are_uniform(pool):
    x, y = pool[0][:10], pool[1][:10]
    game = Membership(targets=3)
    drawn = [game.design(images(x, y), seed).targets for seed in range(2000)]
    counts = np.bincount(np.concatenate(drawn), minlength=10)
    # each of 10 points is drawn with probability 3/10: five deviations of binomial(2000, 0.3)
    assert abs(counts - 600).max() < 5 * np.sqrt(2000 * 0.3 * 0.7)


def test_a_larger_number_of_targets_keeps_the_smaller(pool):
    few, many = design_of(pool, targets=5), design_of(pool, targets=20)
    assert (few.targets == many.targets[:5]).all()
    assert (few.labels == many.labels[:5]).all()


@pytest.mark.parametrize("classes", [2, 10])
def test_random_labels_are_wrong_and_uniform_over_the_wrong_ones(pool, classes):
    x, y = pool[0], pool[1] % classes
    game = Membership(targets=POOL)
    designs = [game.design(images(x, y, classes), seed) for seed in range(100)]
    shift = np.concatenate([(d.labels - y[d.targets]) % classes for d in designs])
    counts = np.bincount(shift, minlength=classes)
    assert counts[0] == 0
    expected = 100 * POOL / (classes - 1)
    assert abs(counts[1:] - expected).max() <= 5 * np.sqrt(expected)


def test_next_and_correct_labels(pool):
    y = pool[1]
    wrong, right = (design_of(pool, label=label, copies=2) for label in ("next", "correct"))
    assert (wrong.labels == (y[wrong.targets] + 1) % CLASSES).all()
    assert (wrong.labels != y[wrong.targets]).all()
    assert (right.labels == y[right.targets]).all()
    assert (right.extra_y == np.repeat(y[right.targets], 2)).all()


def test_labels_do_not_depend_on_the_copies(pool):
    one, four = design_of(pool, copies=1), design_of(pool, copies=4)
    assert (one.labels == four.labels).all()
    assert (one.targets == four.targets).all()


def test_exact_copies_are_the_targets(pool):
    design = design_of(pool, copies=3)
    assert len(design.extra_y) == 15 * 3
    assert (design.extra_x == pool[0][design.targets[design.extra_of]]).all()
    assert (design.extra_y == design.labels[design.extra_of]).all()
    assert (np.bincount(design.extra_of) == 3).all()


def near_copies(image):
    """Every flip and shift by up to four pixels of a reflected image: [2 * 81, C, H, W]."""
    height, width = image.shape[-2:]
    out = []
    for source in (image, image[:, :, ::-1]):
        padded = np.pad(source, ((0, 0), (4, 4), (4, 4)), mode="reflect")
        out += [padded[:, i : i + height, j : j + width] for i in range(9) for j in range(9)]
    return np.stack(out)


def test_augmented_copies_are_flips_and_shifts_of_their_target(pool):
    design = design_of(pool, copies=3, poison="augmented")
    choices = []
    for image, target in zip(design.extra_x, design.targets[design.extra_of], strict=True):
        matches = (near_copies(pool[0][target]) == image).all(axis=(1, 2, 3))
        assert matches.any()
        choices.append(int(matches.argmax()))
    assert len(set(choices)) > 30  # 45 of 162: they are drawn for each copy
    assert 10 < sum(choice >= 81 for choice in choices) < 35


@pytest.mark.parametrize("poison", ["exact", "augmented"])
def test_fewer_copies_are_among_more(pool, poison):
    two, four = (design_of(pool, copies=r, poison=poison) for r in (2, 4))
    for target in range(15):
        assert (
            two.extra_x[two.extra_of == target] == four.extra_x[four.extra_of == target][:2]
        ).all()


def test_every_model_trains_on_its_half_and_all_poisons(pool):
    game = Membership(targets=15, copies=2)
    trained = game.trained(POOL, game.design(images(*pool), 1), 1, range(4))
    rows = rows_of(trained)
    assert rows.shape == (4, POOL // 2 + 30)
    for model in range(4):
        clean, poisons = rows[model, : POOL // 2], rows[model, POOL // 2 :]
        assert (clean == np.flatnonzero(trained[model, :POOL])).all()
        assert (poisons == POOL + np.arange(30)).all()


def test_without_copies_there_is_no_poison(pool):
    game = Membership(targets=15)
    design = game.design(images(*pool), 1)
    assert design.extra_x.shape == (0, 2, 12, 12)
    assert game.trained(POOL, design, 1, range(2)).sum(axis=1).tolist() == [POOL // 2] * 2


def test_asked_are_the_targets_and_so_many_others(pool):
    everyone = design_of(pool)
    assert (everyone.asked == np.arange(POOL)).all()
    some, none = design_of(pool, untargeted=7), design_of(pool, untargeted=0)
    assert len(some.asked) == 15 + 7
    assert (np.diff(some.asked) > 0).all()
    assert np.isin(some.targets, some.asked).all()
    assert (none.asked == np.sort(none.targets)).all()
    for untargeted, others in ((None, POOL - 15), (7, 7), (0, 0)):
        assert Membership(targets=15, untargeted=untargeted).others(POOL) == others


def test_types_are_those_of_the_design(pool):
    design = design_of(pool, copies=2)
    assert design.extra_x.dtype == np.uint8
    for name in ("targets", "labels", "extra_y", "extra_of", "asked"):
        assert getattr(design, name).dtype == np.int64, name


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"targets": 0}, "targets: found 0, allowed is 1 or more"),
        ({"copies": -1}, "copies: found -1, allowed is 0 or more"),
        ({"untargeted": -1}, "untargeted: found -1, allowed is 0 or more"),
        ({"label": "right"}, 'label: found "right", allowed are random, next, correct'),
        ({"poison": "near"}, 'poison: found "near", allowed are exact, augmented'),
    ],
)
def test_options_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        Membership(**{"targets": 5} | options)


@pytest.mark.parametrize(
    ("options", "size", "message"),
    [
        ({"targets": 61}, 60, "targets and untargeted are 61 together, allowed are at most the 60"),
        ({"targets": 50, "untargeted": 11}, 60, "are 61 together"),
    ],
)
def test_pools_that_do_not_fit(pool, options, size, message):
    game = Membership(**options)
    with pytest.raises(ValueError, match=message):
        game.check(size)
    with pytest.raises(ValueError, match=message):
        game.design(images(pool[0][:size], pool[1][:size]), 1)


def test_equal_points_play_once_and_the_last_of_an_odd_number_not_at_all(pool):
    """Each point twice, once with another label; 29 different ones."""
    x, y = np.repeat(pool[0][:29], 2, axis=0), np.repeat(pool[1][:29], 2)
    y[1::2] = (y[1::2] + 1) % CLASSES
    design = Membership(targets=28, copies=1, label="next").design(images(x, y), 1)
    assert design.pool.tolist() == list(range(0, 56, 2))
    assert sorted(design.targets) == design.asked.tolist() == design.pool.tolist()
    trained = Membership(targets=28).trained(58, design, 1, range(2))
    assert trained[:, :58].sum(axis=1).tolist() == [14, 14]
    with pytest.raises(ValueError, match="are 29 together, allowed are at most the 28 points"):
        Membership(targets=29).design(images(x, y), 1)


def test_rows_of_a_table_are_copied_exactly(pool):
    x, y = pool[0].reshape(POOL, -1)[:, :1].astype(np.float32), pool[1]
    table = Table(x, y, x[:0], y[:0], CLASSES, (Column("shade"),))
    design = Membership(targets=4, copies=2).design(table, 1)
    assert (design.extra_x == x[design.targets[design.extra_of]]).all()
    with pytest.raises(ValueError, match="poison is 'augmented', allowed is 'exact' for rows"):
        Membership(targets=4, poison="augmented").design(table, 1)
