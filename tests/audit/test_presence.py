"""Coin pairs: complementary, fair, independent, no class missing, and units stay together."""

import numpy as np
import pytest

from truthserum.audit.data.units import draw_asked, units_of
from truthserum.audit.presence import Presence
from truthserum.storage.files import DataError


@pytest.fixture
def game():
    rng = np.random.default_rng(3)
    label = rng.integers(0, 3, 61)
    label[:2] = 3  # a class of two units
    unit = np.arange(61)
    unit[40] = unit[41] = 40
    unit = np.unique(unit, return_inverse=True)[1]
    return Presence(unit, label, np.ones(61, bool))


def naive_units(*labels):
    """Merges rows until nothing changes."""
    unit = list(range(len(labels[0])))
    changed = True
    while changed:
        changed = False
        for of in labels:
            for i in range(len(of)):
                for j in range(len(of)):
                    if of[i] == of[j] and unit[i] != unit[j]:
                        unit[i] = unit[j] = min(unit[i], unit[j])
                        changed = True
    return np.unique(unit, return_inverse=True)[1]


def test_rows_that_share_any_label_are_one_unit():
    rng = np.random.default_rng(0)
    for _ in range(20):
        one, other = rng.integers(0, 15, (2, 20))
        assert (units_of(one, other) == naive_units(one, other)).all()
    assert (units_of(np.arange(5)) == np.arange(5)).all()


def test_a_coin_sets_its_two_units_apart_and_a_lone_one_from_nobody(game):
    coins, pairs = game.coins(1, range(4)), np.array([3, 1])
    values = np.random.default_rng(5).normal(size=(2, coins.units))
    found = coins.apart(values, pairs, nobody=7.0)
    for row, pair in enumerate(pairs):
        for k, (first, second) in enumerate(
            zip(coins.first[pair], coins.second[pair], strict=True)
        ):
            other = 7.0 if second < 0 else values[row, second]
            assert found[row, k] == values[row, first] - other
    assert (coins.second == -1).any() == coins.units % 2


def test_models_of_a_pair_are_complementary_and_units_are_whole(game):
    coins = game.coins(1, range(8))
    assert (coins.member[0::2] == ~coins.member[1::2]).all()
    for u in range(game.unit.max() + 1):
        rows = coins.member[:, game.unit == u]
        assert (rows == rows[:, :1]).all()


def test_no_class_is_missing_and_halves_are_alike(game):
    member = game.coins(1, range(64)).member
    for c in range(4):
        inside = member[:, game.label == c].sum(axis=1)
        assert inside.min() >= 1
        assert np.abs(2 * inside - (game.label == c).sum()).max() <= 2
    assert np.abs(2 * member.sum(axis=1) - 61).max() <= 3


def test_coins_say_who_went_where(game):
    coins = game.coins(1, range(8))
    for k in range(8):
        held = np.zeros(game.unit.max() + 1, bool)
        held[game.unit] = coins.member[2 * k]
        for first, second, coin in zip(coins.first[k], coins.second[k], coins.coin[k], strict=True):
            assert held[first] == coin
            assert second == -1 or held[second] != coin
        both = np.concatenate([coins.first[k], coins.second[k]])
        assert sorted(both[both >= 0]) == list(range(game.unit.max() + 1))


def test_coins_are_fair_and_of_a_pair_of_models_alone(game):
    coins = game.coins(1, range(400))
    # 400 * 30 coins: five deviations
    assert abs(coins.coin.mean() - 0.5) < 5 * 0.5 / np.sqrt(coins.coin.size)
    together = np.corrcoef(coins.coin.T)[np.triu_indices(coins.coin.shape[1], 1)]
    assert abs(together.mean()) < 0.02
    assert (game.coins(1, range(3, 5)).member == coins.member[6:10]).all()
    assert (game.coins(2, range(4)).member != coins.member[:8]).any()


def test_who_is_paired_changes_from_pair_to_pair(game):
    coins = game.coins(1, range(2))
    one, other = (
        {frozenset(pair) for pair in zip(*p, strict=True)}
        for p in ((coins.first[k], coins.second[k]) for k in range(2))
    )
    assert len(one & other) < len(one) / 2


def test_asked_units_are_paired_with_each_other():
    rng = np.random.default_rng(3)
    label, asked = rng.integers(0, 2, 100), np.zeros(100, bool)
    asked[:40] = True
    game = Presence(np.arange(100), label, asked)
    coins = game.coins(5, range(6))
    both = asked[coins.first] & asked[coins.second]
    assert (both.sum(axis=1) >= 19).all()
    assert np.ptp(both.sum(axis=1)) == 0


def test_those_asked_are_whole_units_and_no_more_than_wanted():
    unit = np.array([0, 0, 0, 1, 2, 2, 3])
    for seed in range(20):
        asked = draw_asked(unit, 4, seed)
        assert 1 <= asked.sum() <= 4
        for u in range(4):
            assert len(set(asked[unit == u])) == 1
    assert draw_asked(unit, 7, 0).all()
    for seed in range(20):
        assert 1 <= draw_asked(unit, 2, seed)[3:].sum() <= 2  # also where those of three come first
    with pytest.raises(DataError, match="asked: found 1, allowed are at least 2, one whose rows"):
        draw_asked(np.array([0, 0, 1, 1, 1]), 1, 0)
