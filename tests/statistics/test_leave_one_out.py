import numpy as np
import pytest

from truthserum.statistics.leave_one_out import Turns, median, moments


@pytest.fixture(params=[1, 2])
def values(request):
    """Signals [9, 20] with and without ties."""
    rng = np.random.default_rng(request.param)
    return rng.standard_normal((9, 20)) if request.param == 1 else rng.integers(0, 3, (9, 20)) / 1.0


@pytest.fixture
def uneven():
    rng = np.random.default_rng(3)
    return np.argsort(rng.random((9, 20)), axis=0) < rng.integers(2, 10, 20)


@pytest.fixture
def even():
    return np.argsort(np.random.default_rng(4).random((9, 20)), axis=0) < 5


def naive_kept(values, side, turn, point, limit):
    kept = [values[k, point] for k in range(len(values)) if side[k, point] and k != turn]
    return kept[:limit]


def check(values, turns, limit):
    found, middle = moments(values, turns), median(values, turns)
    for turn, point in np.ndindex(*values.shape):
        kept = np.array(naive_kept(values, turns.side, turn, point, limit))
        assert found.kept[turn, point] == len(kept)
        np.testing.assert_allclose(found.mean[turn, point], kept.mean(), atol=1e-12)
        squares = ((kept - kept.mean()) ** 2).sum()
        np.testing.assert_allclose(found.squares[turn, point], squares, atol=1e-12)
        np.testing.assert_allclose(middle[turn, point], np.median(kept), atol=1e-12)


def test_all_models_of_uneven_sides(values, uneven):
    check(values, Turns.all(uneven), limit=None)


def test_matched_sides_keep_the_first_models(values, even):
    check(values, Turns.matched(even), limit=4)


def test_matched_sides_are_trimmed_only_where_another_point_loses_a_model(values, even):
    even[:, :] = even[:, :1]
    turns = Turns.matched(even)
    np.testing.assert_array_equal(turns.trimmed, even[:, 0])
    check(values, turns, limit=5)


def test_a_block_of_points_is_the_same_turns(values, even):
    whole = moments(values, Turns.matched(even)).mean
    block = slice(5, 12)
    part = moments(values[:, block], Turns.matched(even).points(block)).mean
    np.testing.assert_array_equal(part, whole[:, block])


def test_require_counts_what_is_left(uneven):
    fewest = uneven.sum(axis=0).min() - 1
    Turns.all(uneven).require(fewest, "IN")
    with pytest.raises(ValueError, match=rf"found {fewest} \(9 models, 20 points\), allowed at"):
        Turns.all(uneven).require(fewest + 1, "IN")


def test_input_that_does_not_fit_is_refused(uneven):
    with pytest.raises(ValueError, match="member: found points with"):
        Turns.matched(uneven)
    with pytest.raises(ValueError, match="side: found int64"):
        Turns.all(uneven.astype(int))
    with pytest.raises(ValueError, match="trimmed: found shape"):
        Turns(uneven, np.zeros(3, dtype=bool))
