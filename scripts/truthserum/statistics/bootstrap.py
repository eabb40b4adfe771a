"""Two-way bootstrap of measures that pool decisions over models and points.

Decisions that share a point, or a model, are not independent. Models and points are therefore drawn
with replacement, each by themselves, and a decision counts as often as its model was drawn times as
often as its point was (the pigeonhole bootstrap: Owen, Annals of Applied Statistics 1(2), 2007, who
shows it to be mildly conservative; most so where single decisions are the only noise). What is
dependent beyond that, pairs of models, the candidate values of one target, or a model and the one
record that is only its own, is drawn together.
"""

import math
from collections.abc import Callable

import numpy as np
from scipy.special import ndtri, stdtrit

from truthserum.statistics.roc import Ranking, Roc, counting

TAIL = (1 - 0.95) / 2  # of draws, beyond either end of an interval
MANY = 50  # things that are drawn, from which on a bootstrap knows its width


def pairs(models: int) -> np.ndarray:
    """Units [M] that keep models 2k and 2k+1, with complementary halves, together."""
    return np.arange(models) // 2


def bootstrap(
    scores: np.ndarray,
    member: np.ndarray,
    measure: Callable[[Roc], np.ndarray],
    rng: np.random.Generator,
    draws: int,
    units: np.ndarray,
    blocks: np.ndarray | None,
    of_blocks: np.random.Generator | None = None,
) -> np.ndarray:
    """Draws of a measure, a vector of S numbers read off a ROC, float64 [draws, S].

    scores: [M, P]; member: bool [M, P]; units: labels [M] of the models that are drawn together;
    blocks: labels [P] of the points that are, or None if point i is the record of model i alone,
    drawn with it: a unit drawn u times has its own decisions u times, and u v times those on the
    points of a unit drawn v times.
    Scores are sorted once; memory is that of a few arrays of M x P, however many draws. A draw that
    holds no member or no non-member is not a number. Draw k resamples the same units and blocks
    whatever the scores, if the generator is in the same state: games on the same models and points
    are compared draw by draw. So are some of the points with others, if blocks are drawn from a
    generator of their own, `of_blocks`: else units are others from the second draw on. ValueError
    if shapes do not fit, or without draws.
    """
    if draws < 1:
        raise ValueError(f"draws: found {draws}, allowed at least 1")
    points = units if blocks is None else blocks
    for name, labels, axis in (("units", units, 0), ("blocks", points, 1)):
        if scores.ndim != 2 or labels.shape != (scores.shape[axis],):
            raise ValueError(
                f"{name}: found shape {labels.shape} for scores {scores.shape}, "
                f"allowed one per {'model' if axis == 0 else 'point'}"
            )
    of_blocks = of_blocks or rng
    ranking = Ranking.of(scores, member)
    unit_names, unit = np.unique(units, return_inverse=True)
    block_names, block = np.unique(points, return_inverse=True)
    # Which pair of unit and block each decision of the ranking belongs to.
    kind = counting(len(unit_names) * len(block_names))
    at = unit[:, None].astype(kind) * kind(len(block_names)) + block.astype(kind)
    cell = at.ravel()[ranking.order]

    results = np.full((draws, len(measure(ranking.roc()))), np.nan)
    for result in results:
        times_unit = _resample(len(unit_names), rng)
        times_block = times_unit if blocks is None else _resample(len(block_names), of_blocks)
        times = np.outer(times_unit, times_block)
        if blocks is None:
            np.fill_diagonal(times, times_unit)
        curve = ranking.weighted_roc(times.ravel()[cell])
        if curve.positives and curve.negatives:
            result[:] = measure(curve)
    return results


def percentile_interval(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ends [S] of the 95 % percentile interval of draws [draws, S] that are numbers."""
    low, high = np.nanquantile(draws, [TAIL, 1 - TAIL], axis=0)
    return low, high


def wider(count: int) -> float:
    """By how much wider an interval of a mean of a few things, two or more, is than percentiles.

    A bootstrap takes the deviation of m decisions for that of all, of which it is too small by the
    root of (m - 1) / m, and for known (Hesterberg, The American Statistician 69(4), 2015, section
    3).
    """
    return float(stdtrit(count - 1, 0.975) / ndtri(0.975) * math.sqrt(count / (count - 1)))


def of_few(value: float, low: float, high: float, count: int) -> tuple[float, float]:
    """The interval of a mean of numbers from 0 to 1, from the ends of its percentile interval.

    One of them tells nothing of how far they vary.
    """
    if count >= MANY:
        return low, high
    if count < 2:
        return 0.0, 1.0
    half = wider(count) * max(value - low, high - value)
    return max(0.0, value - half), min(1.0, value + half)


def _resample(size: int, rng: np.random.Generator) -> np.ndarray:
    """How often each of `size` things is drawn in `size` draws with replacement."""
    return rng.multinomial(size, np.full(size, 1 / size)).astype(np.int32)
