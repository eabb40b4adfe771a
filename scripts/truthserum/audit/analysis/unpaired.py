"""LiRA for models of which no two hold complementary halves, as others may have trained them.

A model is scored with as many others that hold a record as others that do not, n of each at every
record, whatever it holds itself. That keeps the attack honest: where each record is in exactly half
of the models, those that are left tell by their number what the one that was left out held; and
where it is in most, the mean of more of them is surer. Of records with fewer than n + 1 models of a
kind nothing is said. M models, P records.
"""

from dataclasses import dataclass

import numpy as np

from truthserum.inference.attacks.base import Evidence
from truthserum.seeds import Purpose, stream
from truthserum.statistics.leave_one_out import SMALLEST_DEVIATION

FEWEST = 2  # of a kind, below which there is no deviation from a mean
SPOKEN_OF = 0.9  # the share of the records, at least, of which something is said
SEED = 0  # of the order in which models are taken, which is no secret


def shadows_of(member: np.ndarray) -> int:
    """How many models of a kind there are beside each one, at most of the records; maybe none.

    member: bool [M, P].
    """
    return max(0, int(np.quantile(_beside(member), 1 - SPOKEN_OF, method="lower")))


def _beside(member: np.ndarray) -> np.ndarray:
    """The same at each record, int64 [P]."""
    held = member.sum(0)
    return np.minimum(held, len(member) - held) - 1


@dataclass(frozen=True)
class Unpaired:
    """The log ratio of two normal densities, of models with the record and of those without it.

    prior: weight of the variance of all records together, in degrees of freedom (see
    `inference.attacks.lira`); infinite where there is that one only.
    """

    prior: float

    def score(self, evidence: Evidence) -> np.ndarray:
        """Scores averaged over queries, float64 [M, P], 0 where nothing is said.

        ValueError if at most records there are not two models of a kind beside each one.
        """
        member, n = evidence.member, shadows_of(evidence.member)
        if n < FEWEST:
            raise ValueError(
                f"models: found {n} of a kind beside each one, allowed are {FEWEST} or more"
            )
        numbers = np.broadcast_to(np.arange(len(member))[:, None], member.shape)
        order = stream(SEED, Purpose.SECRETS).permuted(numbers, axis=0)
        kinds = _Taken.of(member, order, n), _Taken.of(~member, order, n)
        known = _beside(member) >= n
        scores = np.zeros(member.shape)
        for values in np.moveaxis(evidence.signals, 2, 0):
            inside, outside = (self._log_density(values, kind, known) for kind in kinds)
            scores += np.where(known, inside - outside, 0.0)
        return scores / evidence.signals.shape[2]

    def _log_density(self, values: np.ndarray, taken: "_Taken", known: np.ndarray) -> np.ndarray:
        """Of values [M, P] under the models that are taken, but for a constant."""
        mean, squares = taken.moments(values)
        freedom = taken.n - 1
        variance = squares[:, known].mean(1, keepdims=True) / freedom  # [M, 1]
        if np.isfinite(self.prior):
            variance = (self.prior * variance + squares) / (self.prior + freedom)
        variance = np.maximum(variance, SMALLEST_DEVIATION**2)
        return -0.5 * ((values - mean) ** 2 / variance + np.log(variance))


@dataclass(frozen=True)
class _Taken:
    """The first n models of a kind in an order, bool [M, P], and the next, for one of these."""

    first: np.ndarray
    spare: np.ndarray
    n: int

    @classmethod
    def of(cls, kind: np.ndarray, order: np.ndarray, n: int) -> "_Taken":
        ordered = np.take_along_axis(kind, order, 0)
        place = np.where(ordered, np.cumsum(ordered, 0), 0)  # in the kind, from 1
        first, spare = np.empty_like(kind), np.empty_like(kind)
        np.put_along_axis(first, order, (place >= 1) & (place <= n), 0)
        np.put_along_axis(spare, order, place == n + 1, 0)
        return cls(first, spare, n)

    def moments(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean, and squared deviations from it, of n others than the model itself: [M, P] each."""
        centre = values.mean(0)  # which only keeps digits
        apart = values - centre
        spare = np.where(self.spare, apart, 0.0).sum(0)
        total, squares = (
            np.where(self.first, each, 0.0).sum(0) + np.where(self.first, other - each, 0.0)
            for each, other in ((apart, spare), (apart**2, spare**2))
        )
        mean = total / self.n
        return centre + mean, np.maximum(squares - self.n * mean**2, 0.0)
