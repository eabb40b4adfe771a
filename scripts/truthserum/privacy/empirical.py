"""What a guess that never saw the model achieves, where the prior is known by a sample alone.

kappa of `truthserum.privacy.priors` is a maximum over all guesses of a probability under the prior.
Photographs have no known law, only samples, so that kappa is estimated; a bound on reconstruction
is not drawn tighter than it is only if kappa is not too small. Both classes here give an upper end
of kappa at 95 % confidence over samples. `Guesses` is for the best of the guesses at hand;
`AnyGuess` is for all guesses there are, and so is looser. The error is the L2 distance.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import brentq
from scipy.special import rel_entr

from truthserum.privacy.numeric import log
from truthserum.statistics.image_errors import cross_errors
from truthserum.statistics.intervals import clopper_pearson

LEVEL = 0.05  # of being too small
STEPS = 4  # of the mean shift
MOST = 500  # records that guesses are made of, which bounds memory


@dataclass(frozen=True, eq=False)
class Guesses:
    """The best of g guesses [g, d], counted on records [n, d] drawn from the prior.

    The guesses were chosen without looking at those records. Their intervals hold together (exact,
    Bonferroni): kappa is too small for any of them with a probability of at most `LEVEL`.
    """

    guesses: np.ndarray
    records: np.ndarray

    @cached_property
    def _distances(self) -> np.ndarray:
        return _distances(self.guesses, self.records)

    def log_kappa(self, error: np.ndarray | float) -> np.ndarray:
        """ln of the upper end of the largest success within `error`."""
        most = [(self._distances <= each).sum(axis=1).max() for each in np.ravel(error)]
        confidence = 1 - 2 * LEVEL / len(self.guesses)
        high = clopper_pearson(np.array(most), len(self.records), confidence)[1]
        return log(high.reshape(np.shape(error)))


@dataclass(frozen=True, eq=False)
class AnyGuess:
    """Every guess there could be, from the distances between records [n, d] drawn from the prior.

    Two records that are both within r of a guess are within 2 r of each other (the triangle
    inequality): kappa(r)^2 <= Pr[|Z - Z'| <= 2 r]. The share of such pairs is a U-statistic of
    degree 2, for which Chernoff's bound with n / 2 trials holds (Hoeffding, JASA 58, 1963, section
    5); kappa is the root of its upper end, too small with a probability of at most `LEVEL`.
    """

    records: np.ndarray

    @cached_property
    def _distances(self) -> np.ndarray:
        first, second = np.triu_indices(len(self.records), 1)
        return _distances(self.records, self.records)[first, second]

    def log_kappa(self, error: np.ndarray | float) -> np.ndarray:
        """ln of the upper end of the success within `error`."""
        trials = len(self.records) // 2
        shares = [(self._distances <= 2 * each).mean() for each in np.ravel(error)]
        high = np.array([_chernoff(share, trials) for share in shares])
        return log(high.reshape(np.shape(error))) / 2


def _chernoff(share: float, trials: int) -> float:
    """The largest probability under which so small a share is not too rare."""

    def excess(probability: float) -> float:
        divergence = rel_entr(share, probability) + rel_entr(1 - share, 1 - probability)
        return trials * divergence + np.log(LEVEL)

    nearly = 1 - 1e-12
    return brentq(excess, share, nearly) if share < nearly and excess(nearly) > 0 else 1.0


def modes(records: np.ndarray, error: float) -> np.ndarray:
    """Good guesses within `error` [(1 + STEPS) m, d]: the first m records of [n, d], and more.

    m is at most `MOST`. In each step of the mean shift a guess moves to the mean of those records
    that are within `error` of it; a smooth image is nearer to many images than any of these is.
    """
    records = records[:MOST]
    found = [records]
    for _ in range(STEPS):
        near = _distances(found[-1], records) <= error
        count = near.sum(axis=1, keepdims=True)
        means = (near @ records / np.maximum(count, 1)).astype(records.dtype)
        found.append(np.where(count > 0, means, found[-1]))
    return np.concatenate(found)


def _distances(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.sqrt(cross_errors(one, other) * one.shape[1])
