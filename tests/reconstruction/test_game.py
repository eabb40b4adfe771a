import numpy as np
import pytest

from truthserum.data.images import Images
from truthserum.reconstruction.game import InformedDesign, Reconstruction, unseen

SIZE = 300
GAME = {"fixed": 100, "released": 16, "validation": 10, "shadows": 40}


def images(size=SIZE, shape=(1, 4, 4), classes=10, seed=0):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 256, (size, *shape)).astype(np.uint8), rng.integers(0, classes, size)
    return Images(x, y, x[:0], y[:0], classes)


def design(seed=3, other=None, **changes):
    return Reconstruction(**GAME | changes).design(images(), seed, other)


def rows_of(x, data):
    """Which row of the data each image is; all images differ."""
    flat = data.train_x.reshape(len(data.train_y), -1)
    return [int((flat == each.ravel()).all(1).nonzero()[0].item()) for each in x]


def test_all_records_differ():
    found = design()
    rows = rows_of(found.x, images())
    assert len({*found.fixed.tolist(), *rows}) == 100 + 16 + 10 + 40
    assert (found.y == images().train_y[rows]).all()
    expected = ["released"] * 16 + ["validation"] * 10 + ["shadow"] * 40
    assert found.role.tolist() == expected
    assert found.role.dtype == np.dtype("U10")
    assert found.released == 16


def test_more_shadows_only_add_models():
    small, large = design(), design(shadows=90)
    assert (small.fixed == large.fixed).all()
    assert (small.x == large.x[:66]).all()
    assert (small.candidates == large.candidates).all()


def test_a_larger_fixed_set_holds_the_smaller_and_moves_no_record():
    small, large = design(), design(fixed=200)
    assert (small.fixed == large.fixed[:100]).all()
    assert (small.x == large.x).all()


def test_more_released_models_keep_their_candidates():
    small, large = design(), design(released=64)
    assert (small.x[:16] == large.x[:16]).all()
    assert (small.candidates == large.candidates[:16]).all()


def test_another_seed_draws_others():
    assert (design(3).x == design(3).x).all()
    assert not (design(3).x == design(4).x).all()


def test_each_released_model_is_one_of_its_eight_candidates():
    found = design()
    for model, candidates in enumerate(found.candidates):
        assert model in candidates
        assert len(set(candidates)) == 8
        assert (found.candidates[candidates] == candidates).all()  # the block is shared
    assert found.candidates.dtype == np.int64


def test_the_place_of_the_truth_is_uniform():
    game = Reconstruction(fixed=1, released=4000, validation=1, shadows=2)
    found = game.design(images(4100, (1, 2, 4)), seed=1)
    places = (found.candidates == np.arange(4000)[:, None]).argmax(1)
    counts = np.bincount(places, minlength=8)
    assert (counts == 500).all()  # each block holds every place once
    first = places[::8]  # of independent blocks
    assert abs(np.bincount(first, minlength=8) - 62.5).max() < 5 * (500 / 8 * 7 / 8) ** 0.5


def test_the_adversary_may_know_other_images():
    other = images(seed=9)
    found, same = design(other=other), design()
    assert (found.x[:16] == same.x[:16]).all()
    assert (found.fixed == same.fixed).all()
    own = rows_of(found.x[16:], other)
    assert len(set(own)) == 50
    assert (found.y[16:] == other.train_y[own]).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fixed": 0}, "fixed: found 0, allowed is 1 or more"),
        ({"released": 12}, "released: found 12, allowed is a multiple of 8"),
        ({"released": 0}, "released: found 0, allowed is 8 or more"),
        ({"validation": -1}, "validation: found -1, allowed is 1 or more"),
        ({"shadows": 0}, "shadows: found 0, allowed is 2 or more"),
    ],
)
def test_options_out_of_range_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        Reconstruction(**GAME | changes)


@pytest.mark.parametrize(
    ("changes", "other", "message"),
    [
        (
            {"shadows": 200},
            None,
            "326 records are drawn, allowed are at most the 300 different",
        ),
        (
            {},
            images(40, seed=9),
            "and shadows are 50 together, allowed are at most the 40",
        ),
        ({"fixed": 299}, images(400, seed=9), "315 records are drawn, allowed are at most the 300"),
        ({}, images(shape=(3, 4, 4)), r"other images have the shape \(3, 4, 4\), allowed is"),
        ({}, images(classes=12), "other data have 12 classes, allowed are at most the 10"),
    ],
)
def test_data_that_do_not_fit_are_refused(changes, other, message):
    with pytest.raises(ValueError, match=message):
        design(other=other, **changes)


def test_a_table_is_refused():
    with pytest.raises(ValueError, match="the data are a table, allowed are images"):
        Reconstruction(**GAME).check(1000, columns=("age",))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": np.zeros(3, np.int64)}, "x, y and role differ in length"),
        ({"candidates": np.zeros((8, 8), np.int64)}, "with candidates are not the released ones"),
    ],
)
def test_designs_that_do_not_fit_are_refused(change, message):
    with pytest.raises(ValueError, match=f"design: .*{message}"):
        InformedDesign(**vars(design()) | change)


def test_an_image_is_drawn_once_however_often_it_is_there():
    once, few = images(40), {"fixed": 8, "released": 8, "validation": 4, "shadows": 20}
    twice = Images(
        np.repeat(once.train_x, 2, 0), np.repeat(once.train_y, 2), once.test_x, once.test_y, 10
    )
    found = Reconstruction(**few).design(twice, 3)
    assert len({image.tobytes() for image in [*twice.train_x[found.fixed], *found.x]}) == 40
    with pytest.raises(ValueError, match="41 records are drawn, allowed are at most the 40"):
        Reconstruction(**few | {"fixed": 9}).design(twice, 3)


def test_what_the_adversary_knows_is_not_among_the_data():
    data, few = images(60), {"fixed": 8, "released": 8, "validation": 4, "shadows": 20}
    foreign = images(24, seed=9)
    mixed = Images(
        np.concatenate([data.train_x, foreign.train_x]),
        np.concatenate([data.train_y, foreign.train_y]),
        data.test_x,
        data.test_y,
        10,
    )
    found = Reconstruction(**few).design(data, 3, mixed)
    assert sorted(rows_of(found.x[8:], foreign)) == list(range(24))
    with pytest.raises(ValueError, match="at most the 0 different images of the other data"):
        Reconstruction(**few).design(data, 3, data)


def test_images_are_unseen_unless_every_byte_is_that_of_a_known_one():
    known = images(5).train_x
    asked = np.concatenate([known[3:4], known[:2] ^ 1, known[:1]])
    assert unseen(asked, known).tolist() == [False, True, True, False]
    assert unseen(asked, known[:0]).all()
