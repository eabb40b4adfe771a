import numpy as np
import pytest

from truthserum.statistics.leave_one_out import Turns, median, moments

GROUPS = (1, 2, 3, 4)


@pytest.fixture(params=[1, 2])
def values(request):
    """Signals [12, 20] with and without ties."""
    rng = np.random.default_rng(request.param)
    ties = request.param == 2
    return rng.integers(0, 3, (12, 20)) / 1.0 if ties else rng.standard_normal((12, 20))


def sides(group):
    """Of every group as many models at a point, from none to all but one; not the same ones."""
    rng = np.random.default_rng(group)
    wanted = rng.integers(1, max(group, 2), 20)
    rank = np.argsort(rng.random((12 // group, group, 20)), axis=1)
    return (rank < wanted).reshape(12, 20)


@pytest.mark.parametrize("group", GROUPS)
def test_closed_form_equals_the_loop(values, group):
    turns = Turns(sides(group), group)
    found, middle = moments(values, turns), median(values, turns)
    assert found.mean.shape == middle.shape == (12 // group, 20)
    for turn, point in np.ndindex(*found.mean.shape):
        others = [k for k in range(12) if k // group != turn and turns.side[k, point]]
        kept = values[others, point]
        assert found.kept[point] == len(kept)
        np.testing.assert_allclose(found.mean[turn, point], kept.mean(), atol=1e-12)
        squares = ((kept - kept.mean()) ** 2).sum()
        np.testing.assert_allclose(found.squares[turn, point], squares, atol=1e-12)
        np.testing.assert_allclose(middle[turn, point], np.median(kept), atol=1e-12)


def test_a_block_of_points_is_the_same_turns(values):
    turns, block = Turns(sides(2), 2), slice(5, 12)
    whole = moments(values, turns).mean
    part = moments(values[:, block], turns.points(block)).mean
    np.testing.assert_array_equal(part, whole[:, block])


def test_require_counts_what_is_left():
    turns = Turns(sides(4), 4)
    fewest = min(turns.side[4:].sum(axis=0))
    turns.require(fewest, "IN")
    with pytest.raises(ValueError, match=rf"group of 4 is left out: found {fewest} \(12 models"):
        turns.require(fewest + 1, "IN")


def test_input_that_does_not_fit_is_refused():
    side = sides(2)
    with pytest.raises(ValueError, match="side: found int64"):
        Turns(side.astype(int), 2)
    for group in (0, 5):
        with pytest.raises(ValueError, match=f"group: found {group}, allowed is a divisor of"):
            Turns(side, group)
    side[0] = ~side[0]
    with pytest.raises(ValueError, match="groups of 2 models with 0 to 2 on a side of a point"):
        Turns(side, 2)
