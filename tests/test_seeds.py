import numpy as np
import pytest

from truthserum.seeds import Purpose, experiment_seed, stream


def first(generator):
    return generator.integers(0, 2**63, 4).tolist()


def test_streams_repeat():
    assert first(stream(3, Purpose.ORDER, 5)) == first(stream(3, Purpose.ORDER, 5))


def test_streams_differ_by_seed_purpose_and_index():
    keys = [(seed, purpose, i) for seed in (0, 1) for purpose in Purpose for i in range(3)]
    keys += [(0, Purpose.POISONS, i, j) for i in range(3) for j in range(3)]
    drawn = {tuple(first(stream(*key))) for key in keys}
    assert len(drawn) == len(keys)


def test_numpy_integers_are_indices_too():
    assert first(stream(3, Purpose.ORDER, np.int64(5))) == first(stream(3, Purpose.ORDER, 5))


def test_purposes_keep_their_numbers():
    """They are part of every published result."""
    numbers = ["TARGETS", "WRONG_LABELS", "SECRETS", "WEIGHTS", "ORDER", "AUGMENTATION", "POISONS"]
    assert [Purpose[name] for name in numbers] == list(range(7))


def test_streams_are_those_of_earlier_releases():
    assert stream(1, Purpose.SECRETS, 2).permutation(6).tolist() == [3, 4, 1, 5, 2, 0]
    assert experiment_seed(1, "targeted") == 10508156499496758927


def test_experiments_have_their_own_seeds():
    seeds = [experiment_seed(seed, name) for seed in (0, 1) for name in ("a", "b", "ab")]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**64 for seed in seeds)
    assert experiment_seed(1, "a") == experiment_seed(1, "a")


def test_negative_seeds_are_refused():
    with pytest.raises(ValueError, match="non-negative"):
        experiment_seed(-1, "a")
