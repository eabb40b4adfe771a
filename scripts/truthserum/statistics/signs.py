"""Sign tests: which records show, and whether one of two games is the harder.

A record shows over pairs of models of which one holds it, as a fair coin decided. If it made no
difference, the model that holds it would be the surer of it in a pair with a probability of at most
one half, and the pairs are independent.
"""

import math

import numpy as np
from scipy.special import bdtr

from truthserum.statistics.binomial import above
from truthserum.statistics.paired import holm

DOUBLED = 64  # times, one record is more than there are anywhere; no float has 1,024 times


def wins(signals: np.ndarray, member: np.ndarray) -> np.ndarray:
    """In how many pairs the model that holds a record is the surer of it, int [P]; ties are none.

    signals: numbers [2 K, P]; member: bool [2 K, P], of which rows 2k and 2k + 1 are complementary
    (else ValueError).
    """
    first, second = member[0::2], member[1::2]
    if first.shape != second.shape or (first == second).any():
        raise ValueError("member: found models that hold a record both, allowed is one of each two")
    one, other = signals[0::2], signals[1::2]
    return np.where(first, one > other, one < other).sum(axis=0)


def sign_test(won: np.ndarray, pairs: int) -> np.ndarray:
    """Probability of so many wins or more of `pairs` fair coins, [P]."""
    return above(np.asarray(won) - 1, pairs, 0.5)


def named(p: np.ndarray, level: float) -> np.ndarray:
    """Which records are named, bool [P]: with at most `level` any is that makes no difference.

    By Holm's method, which holds whatever the dependence of the records (Scandinavian Journal of
    Statistics 6, 1979).
    """
    return holm(np.asarray(p)) <= level


def models_to_name(records: int, level: float) -> int:
    """How many models, in pairs, name one of so many records that wins all pairs."""
    return 2 * math.ceil(math.log2(records / level))


def nameable(pairs: int, level: float) -> int:
    """Among how many records one that wins all pairs would still be named, as far as there are."""
    return int(level * 2 ** min(pairs, DOUBLED))


def two_sided(first: np.ndarray, second: np.ndarray) -> tuple[int, float]:
    """In how many of n pairs the first value is larger, and the p of as uneven a count by chance.

    Two-sided and exact; pairs that tie are left out, and without others p is 1.
    """
    larger, pairs = int(np.count_nonzero(first > second)), int(np.count_nonzero(first != second))
    return larger, float(min(1.0, 2 * bdtr(min(larger, pairs - larger), pairs, 0.5)))
