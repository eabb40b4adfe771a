"""Means of what a few models, or pairs of models, gave, with Student's interval."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from truthserum.statistics.estimates import Interval


def mean_of(values: np.ndarray, confidence: float = 0.95) -> Interval:
    """Mean of independent values [N], by Student's t; without two of them there is no interval."""
    value, count = float(np.mean(values)), len(values)
    if count < 2:
        return Interval(value, np.nan, np.nan)
    deviations = stdtrit(count - 1, 0.5 + confidence / 2)
    reach = float(deviations * np.std(values, ddof=1) / np.sqrt(count))
    return Interval(value, value - reach, value + reach)


def stands_still(mean: Interval) -> bool:
    """Whether all that it is a mean of are alike, but for rounding: then Student's t knows nothing
    of how far they vary.
    """
    return bool(np.isclose(mean.low, mean.high, rtol=1e-9, atol=1e-12))


def p_of_zero(values: np.ndarray) -> float:
    """Two-sided p-value, that independent values [N] have the mean 0, by the same t; else NaN."""
    if len(values) < 2:
        return np.nan
    value, error = abs(np.mean(values)), np.std(values, ddof=1) / np.sqrt(len(values))
    return float(2 * stdtr(len(values) - 1, -value / error)) if error else float(value == 0)


def mean_interval(values: ArrayLike) -> dict[str, float]:
    """The same of n independent `models` as a row of a table: value, low, high, models."""
    given = np.asarray(values, float)
    return {**mean_of(given).ends, "models": len(given)}


def by_unit(values: np.ndarray) -> np.ndarray:
    """Means [M / 2] of values [M] of models 2k and 2k + 1; of an odd number, the values."""
    values = np.asarray(values, float)
    return values.reshape(-1, 2).mean(axis=1) if len(values) % 2 == 0 else values


def mean_of_pairs(values: np.ndarray) -> Interval:
    """Mean of values [M] of models, of which 2k and 2k + 1 are dependent: Student's t over pairs.

    An odd number of models stands for itself, one by one. Without two of them there is no interval.
    """
    return mean_of(by_unit(values))
