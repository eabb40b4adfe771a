"""Confidence intervals of single rates and areas."""

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaincinv, ndtri

from truthserum.statistics.estimates import Interval


def clopper_pearson(
    successes: np.ndarray | float, trials: np.ndarray | int, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Exact interval of a binomial proportion (Clopper and Pearson, Biometrika 26, 1934).

    Arrays broadcast. Returns the lower and the upper end. ValueError unless 0 <= successes <=
    trials, trials >= 1 and 0 < confidence < 1.
    """
    successes, trials = np.broadcast_arrays(np.asarray(successes), np.asarray(trials))
    if not ((successes >= 0) & (successes <= trials) & (trials >= 1)).all():
        raise ValueError("successes: found a count outside of 0 to trials, or no trials")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence: found {confidence}, allowed between 0 and 1")
    tail = (1 - confidence) / 2
    failures = trials - successes
    # A beta distribution needs positive parameters; at the edges the end of the interval is known.
    low = betaincinv(np.maximum(successes, 1), failures + 1, tail)
    high = betaincinv(successes + 1, np.maximum(failures, 1), 1 - tail)
    return np.where(successes == 0, 0.0, low), np.where(failures == 0, 1.0, high)


def share_interval(successes: int, trials: int) -> Interval:
    """A single share with its 95 % interval (see `clopper_pearson`)."""
    low, high = clopper_pearson(successes, trials)
    return Interval(successes / trials, float(low), float(high))


def auc_interval(value: float, positives: int, negatives: int) -> tuple[float, float]:
    """The 95 % interval of an area under a curve of so many independent decisions: low, high.

    Ends are where the area would be to be so far from the value with 2.5 %, by the variance that
    Hanley and McNeil give to scores that fall exponentially (Newcombe, Statistics in Medicine 25,
    2006, pages 559 to 573, method 5). It does not vanish where a few decisions happen to be right.
    """
    more = (positives + negatives) / 2 - 1

    def excess(area: float) -> float:
        shape = 1 + more * ((1 - area) / (2 - area) + area / (1 + area))
        variance = area * (1 - area) * shape / (positives * negatives)
        return (value - area) ** 2 - ndtri(0.975) ** 2 * variance

    inside = min(max(value, 1e-9), 1 - 1e-9)  # where an area that is 0 or 1 has an excess below 0
    return brentq(excess, 0, inside), brentq(excess, inside, 1)
