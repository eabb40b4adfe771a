"""The binomial distribution by scipy.special, which loads in a third of scipy.stats's time."""

import numpy as np
from scipy.special import bdtr, bdtrc, bdtrik


def above(successes: np.ndarray | int, trials: int, rate: np.ndarray | float) -> np.ndarray:
    """Probability of more than so many successes; of more than -1 it is 1. Arrays broadcast."""
    successes = np.asarray(successes, float)
    return np.where(successes < 0, 1.0, bdtrc(np.maximum(successes, 0), trials, rate))


def quantile(p: np.ndarray, trials: int, rate: np.ndarray | float) -> np.ndarray:
    """The fewest successes that are not exceeded with probability p or more. Arrays broadcast."""
    found = np.nan_to_num(np.ceil(bdtrik(p, trials, rate)))  # of a rate of 0 it is undefined
    fewer = np.maximum(found - 1, 0)
    return np.where(bdtr(fewer, trials, rate) >= p, fewer, found)
