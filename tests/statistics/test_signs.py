"""The sign test per record, against loops, and what it says of games without a leak."""

from math import comb

import numpy as np
import pytest
from halves import halves
from scipy.stats import binomtest

from truthserum.statistics.signs import (
    models_to_name,
    nameable,
    named,
    sign_test,
    two_sided,
    wins,
)


@pytest.fixture
def rng():
    return np.random.default_rng(8)


def test_wins_are_counted_as_by_hand(rng):
    member = halves(rng, 12, 9)
    signals = rng.integers(0, 3, member.shape).astype(float)  # with ties
    expected = [
        sum(
            (signals[2 * k, i] - signals[2 * k + 1, i]) * (1 if member[2 * k, i] else -1) > 0
            for k in range(6)
        )
        for i in range(9)
    ]
    assert wins(signals, member).tolist() == expected


def test_unsigned_signals_win_as_their_values_do(rng):
    member = halves(rng, 6, 9)
    signals = rng.integers(0, 3, member.shape)
    np.testing.assert_array_equal(wins(signals.astype(np.uint8), member), wins(signals, member))


def test_models_that_are_no_pair_are_refused(rng):
    with pytest.raises(ValueError, match="allowed is one of each two"):
        wins(np.zeros((4, 3)), np.ones((4, 3), bool))


@pytest.mark.parametrize("pairs", [1, 5, 16])
def test_p_is_the_tail_of_fair_coins(pairs):
    for won in range(pairs + 1):
        tail = sum(comb(pairs, w) for w in range(won, pairs + 1)) / 2**pairs
        assert sign_test(np.array([won]), pairs)[0] == pytest.approx(tail)


def test_as_many_can_be_named_as_bonferroni_allows():
    for pairs in (4, 8, 12, 16):
        most = nameable(pairs, 0.05)
        for records, expected in ((most, True), (most + 1, False)):
            if records:
                p = np.ones(records)
                p[0] = sign_test(np.array([pairs]), pairs)[0]
                assert named(p, 0.05)[0] == expected


@pytest.mark.parametrize("pairs", [64, 1024, 500_000])
def test_many_models_name_one_of_all_records_there_are(pairs):
    assert nameable(pairs, 0.05) > 10**17
    assert nameable(20, 0.05) == 2**20 // 20


def test_records_that_make_no_difference_are_rarely_named(rng):
    # 400 audits with correlated records: at most 5 % name any, with three deviations of tolerance.
    audits = 400
    found = 0
    for _ in range(audits):
        member = halves(rng, 24, 60)
        signals = rng.normal(size=member.shape) + 2 * rng.normal(size=(24, 1))
        found += named(sign_test(wins(signals, member), 12), 0.05).any()
    assert found / audits <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / audits)


def test_a_record_that_shows_is_named(rng):
    member = halves(rng, 32, 500)
    signals = rng.normal(size=member.shape)
    signals[:, 7] += 9 * member[:, 7]
    found = named(sign_test(wins(signals, member), 16), 0.05)
    assert found[7]
    assert found.sum() == 1


@pytest.mark.parametrize("records", [100, 1000, 5000])
def test_so_many_models_are_just_enough(records):
    pairs = models_to_name(records, 0.05) // 2
    assert nameable(pairs, 0.05) >= records > nameable(pairs - 1, 0.05)


@pytest.mark.parametrize("larger", range(13))
def test_the_two_sided_test_is_that_of_a_fair_coin(larger):
    first = np.r_[np.full(larger, 2.0), np.zeros(12 - larger), [1, 1]]  # two ties
    count, p = two_sided(first, np.ones(14))
    assert (count, p) == (larger, pytest.approx(binomtest(larger, 12).pvalue))


def test_the_two_sided_test_of_nothing_but_ties_finds_nothing():
    assert two_sided(np.ones(3), np.ones(3)) == (0, 1)
