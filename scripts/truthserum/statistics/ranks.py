"""Ranks: of a secret among all candidates, and of reconstructions by their error."""

import numpy as np
from scipy.special import bdtr

from truthserum.statistics.bootstrap import TAIL, percentile_interval
from truthserum.statistics.estimates import Interval

FEWEST = 6  # values: all are on one side of their median in 2 (1 / 2)^6 of cases
RANKS = ("best", "median", "worst")


def guesses(scores: np.ndarray, truth: int, own: np.ndarray) -> tuple[float, int]:
    """Expected guesses until the truth among N scored candidates, and how many others tie with it.

    Ties are broken at random: with T others of the same score the truth is at place better +
    1 + T / 2 on average, so that a model that knows nothing needs (N + 1) / 2 guesses, not one.
    own: the different candidates that the adversary itself wrote into the data, which are likely
    for that reason and tried after all others; not never, for they were drawn blind.
    ValueError for a score that is not a number.
    """
    if np.isnan(scores).any():
        raise ValueError("scores: found one that is not a number")
    is_own = truth in own
    rivals = scores[own] if is_own else np.delete(scores, own)
    before = len(scores) - len(own) if is_own else 0
    better = before + int(np.count_nonzero(rivals > scores[truth]))
    others = int(np.count_nonzero(rivals == scores[truth])) - 1
    return better + 1 + others / 2, others


def exposure(guesses: np.ndarray, candidates: int) -> np.ndarray:
    """log2(candidates) - log2(guesses) in bits (Carlini et al., arXiv 1802.08232)."""
    return np.log2(candidates) - np.log2(guesses)


def quantile(values: np.ndarray, share: float, bounds: tuple[float, float]) -> Interval:
    """A quantile of n independent values with its exact, distribution-free 95 % interval.

    The interval ends at the order statistics that the quantile lies beyond with a chance of at most
    2.5 % on either side, by the binomial distribution; with too few values for that, at the
    `bounds` that no value can pass. ValueError without values.
    """
    if not len(values):
        raise ValueError("values: found none, allowed is one or more")
    count = len(values)
    # below[k]: chance that at most k of the values are below the quantile
    below = bdtr(np.arange(count), count, share)
    ordered = np.concatenate([[bounds[0]], np.sort(values), [bounds[1]]])
    low = np.count_nonzero(below <= TAIL)
    high = np.count_nonzero(below < 1 - TAIL) + 1
    return Interval(float(np.quantile(values, share)), float(ordered[low]), float(ordered[high]))


def ratio_of_medians(
    above: np.ndarray,
    below: np.ndarray,
    rng: np.random.Generator,
    draws: int,
    bounds: tuple[float, float],
) -> Interval:
    """median(above) / median(below) with its 95 % percentile interval over bootstrap draws.

    above, below: n values each, of the same n things, which are drawn together. Of fewer than
    `FEWEST` not even the least and the largest hold a median in 95 %: then the interval is what the
    `bounds` allow that no value can pass.
    """
    value = float(np.median(above) / np.median(below))
    if len(above) < FEWEST:
        return Interval(value, bounds[0] / bounds[1], bounds[1] / bounds[0])
    drawn = rng.integers(len(above), size=(draws, len(above)))
    ratios = np.median(above[drawn], axis=1) / np.median(below[drawn], axis=1)
    low, high = percentile_interval(ratios)
    return Interval(value, float(low), float(high))


def ranked(error: np.ndarray) -> dict[str, int]:
    """Which of T errors is the best, the median and the worst."""
    order = np.argsort(error, kind="stable")
    return dict(zip(RANKS, order[[0, (len(order) - 1) // 2, -1]].tolist(), strict=True))
