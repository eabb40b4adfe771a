"""From evidence on each candidate value to a decision between them.

Where the secret of a target is one of V values, V candidate records are asked about, of which every
model has been trained on exactly one. With the log-likelihood ratio of each (trained on it or not)
and a prior, the posterior of a value against all others follows from Bayes' rule, if the signals of
the candidates are independent given the secret. M models, P candidates.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from truthserum.statistics.bootstrap import pairs


def log_odds(evidence: np.ndarray, record: np.ndarray) -> np.ndarray:
    """Log odds of each candidate against its rivals: float64 [M, P].

    evidence: float64 [M, P], log-likelihood ratio plus log prior of each candidate; record: int64
    [P], equal for rivals, of which there may be any number. evidence minus the logarithm of the sum
    of the rivals' exponentials; a candidate without rivals keeps its evidence.
    """
    odds = evidence.copy()
    for size, group in _by_size(record):
        if size == 1:
            continue
        own = evidence[:, group]  # [M, groups, size]
        for place in range(size):
            rest = np.delete(own, place, axis=2)
            odds[:, group[:, place]] = own[:, :, place] - np.logaddexp.reduce(rest, axis=2)
    return odds


@dataclass(frozen=True)
class Decisions:
    """Scores [M, D] of decisions, and whether each is to be accepted, bool [M, D].

    units: labels [M] of the rows, and blocks: labels [D] of the columns, that are resampled
    together.
    """

    scores: np.ndarray
    member: np.ndarray
    units: np.ndarray
    blocks: np.ndarray


@dataclass(frozen=True)
class Rivals:
    """Which of P attacked rows are candidates of one target, and what speaks for each beforehand.

    record: int64 [P], equal for rivals; prior: float64 [P], log probability among the rivals for an
    adversary without models; true: bool [P], is this what the data say?
    """

    record: np.ndarray
    prior: np.ndarray
    true: np.ndarray

    @cached_property
    def counted(self) -> np.ndarray:
        """Positions of the candidates whose decisions count, ascending: int64 [D].

        Of two rivals the second is left out: its odds mirror those of the first.
        """
        kept = [group[:, :1] if size == 2 else group for size, group in _by_size(self.record)]
        return np.sort(np.concatenate([part.ravel() for part in kept]))

    @cached_property
    def blocks(self) -> np.ndarray:
        """Of each decision that counts, the first on the same target: int64 [D].

        The odds of rivals are not independent: what is in favour of one is against the others.
        """
        record = self.record[self.counted]
        _, first, target = np.unique(record, return_index=True, return_inverse=True)
        return first[target]

    @property
    def values(self) -> int:
        """The largest number of rivals; 1 where each row is its own record."""
        return int(np.unique(self.record, return_counts=True)[1].max())

    def uniform(self, scores: np.ndarray, member: np.ndarray) -> Decisions:
        """Decisions where every value is equally likely beforehand, of scores and members [M, P].

        Models 2k and 2k + 1 are a unit.
        """
        return self._decisions(log_odds(scores, self.record), member, pairs(len(scores)))

    @property
    def imputation(self) -> Decisions:
        """Decisions on what the data say by the prior alone, which no model changes: one row."""
        return self._decisions(
            log_odds(self.prior[None], self.record), self.true[None], np.arange(1)
        )

    def true_value(self, evidence: np.ndarray, member: np.ndarray) -> Decisions:
        """Decisions on what the data say, of models that were trained on it.

        evidence: float64 [M, P], with or without the prior; member: bool [M, P]. Of the models that
        hold a target's true value the first M' count, as many as every target has.

        ValueError unless each target has one true value, and a model that was trained on it.
        """
        records, target = np.unique(self.record, return_inverse=True)
        if (np.bincount(target[self.true], minlength=len(records)) != 1).any():
            raise ValueError("true: found a target with none or several, allowed is one each")
        of_target = np.empty(len(records), np.int64)
        of_target[target[self.true]] = np.flatnonzero(self.true)
        honest = member[:, of_target[target]]
        fewest = honest.sum(axis=0).min()
        if not fewest:
            raise ValueError("member: found no model with a target's true value, allowed is one")
        models = np.argsort(~honest, axis=0, kind="stable")[:fewest]
        odds = np.take_along_axis(log_odds(evidence, self.record), models, axis=0)
        return self._decisions(odds, np.tile(self.true, (fewest, 1)), np.arange(fewest))

    def _decisions(self, odds: np.ndarray, member: np.ndarray, units: np.ndarray) -> Decisions:
        return Decisions(odds[:, self.counted], member[:, self.counted], units, self.blocks)


def _by_size(record: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Rivals in groups of equal size: pairs (size, positions int64 [groups, size])."""
    order = np.argsort(record, kind="stable")
    counts = np.unique(record, return_counts=True)[1]
    starts = np.cumsum(counts) - counts
    for size in np.unique(counts):
        yield int(size), order[starts[counts == size][:, None] + np.arange(size)]
