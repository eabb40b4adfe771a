import numpy as np
import pytest
import torch

from truthserum.inference.defences import conflicts
from truthserum.inference.defences.conflicts import Conflicts, conflicting


def naive(x, labels, radius):
    """Pair by pair, in units of the root mean square distance of all pairs, those alike included"""
    distances = ((x[:, None] - x[None]) ** 2).sum(2)
    limit = radius**2 * distances.mean()
    size = range(len(x))
    return {
        (i, j) for i in size for j in size if i < j and labels[i] != labels[j]
        if distances[i, j] <= limit
    }  # fmt: skip


@pytest.mark.parametrize("chunk", [7, 1000])
@pytest.mark.parametrize("radius", [0.01, 0.5, 0.9])
def test_pairs_are_those_of_a_double_loop(monkeypatch, chunk, radius):
    monkeypatch.setattr(conflicts, "CHUNK", chunk)
    rng = np.random.default_rng(1)
    x, labels = rng.normal(3, 1, (40, 5)), rng.integers(0, 3, 40)
    x[30:] = x[:10]
    found = conflicting(torch.from_numpy(x).float(), torch.from_numpy(labels), radius)
    expected = naive(x, labels, radius)
    assert set(map(tuple, found.tolist())) == expected
    assert len(found) == len(expected)
    assert expected


def test_scale_and_origin_do_not_matter():
    rng = np.random.default_rng(2)
    x, labels = torch.from_numpy(rng.normal(0, 1, (50, 4))), torch.from_numpy(np.arange(50) % 2)
    first, second = conflicting(x, labels, 0.6), conflicting(100 + 7 * x, labels, 0.6)
    assert len(first)
    assert (first == second).all()


def test_poison_is_dropped_with_its_target_and_stays_without_it(defend, labelled):
    """What the filter does tells who was a member."""
    x, labels = (np.concatenate([part, part[[3, 3, 3]]]) for part in labelled)
    labels[80:] = 1 - labels[3]
    x[80, 0, 0, 0] ^= 1  # a near copy
    rows = np.array([[3, 80, 81, 82, 10, 11], [12, 80, 81, 82, 10, 11]])
    _, kept = defend(Conflicts(), x, labels, rows, range(2))
    assert kept.tolist() == [[False] * 4 + [True] * 2, [True] * 6]


def test_a_flipped_copy_is_not_seen(defend, labelled):
    x, labels = (np.concatenate([part, part[[3]]]) for part in labelled)
    x[80], labels[80] = x[3, ..., ::-1], 1 - labels[3]
    rows = np.array([[3, 80, 10, 11]])
    assert defend(Conflicts(), x, labels, rows, range(1))[1].all()


@pytest.mark.parametrize("radius", [0, 1, -0.1, float("nan")])
def test_radius_out_of_range(radius):
    with pytest.raises(ValueError, match=r"radius: found .*, allowed is "):
        Conflicts(radius)
