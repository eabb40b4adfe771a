"""ROC curves by sorting once, and what is read off them.

Decisions are pooled over models and points. Equal scores are accepted together, as one step of the
curve.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from truthserum.statistics.binomial import quantile


@dataclass(frozen=True)
class Roc:
    """Cumulative counts (or weights) of accepted negatives and positives, [V], from 0 to all."""

    false_positives: np.ndarray
    true_positives: np.ndarray

    @property
    def negatives(self) -> float:
        return self.false_positives[-1]

    @property
    def positives(self) -> float:
        return self.true_positives[-1]

    @cached_property
    def fpr(self) -> np.ndarray:
        return self.false_positives / self.negatives

    @cached_property
    def tpr(self) -> np.ndarray:
        return self.true_positives / self.positives

    def tpr_at_fpr(self, level: ArrayLike) -> np.ndarray:
        """TPR of the threshold whose expected FPR is the level(s), between 0 and 1.

        A threshold at the k-th highest of n negatives is passed by a new one with probability
        k / (n + 1). Between the ranks on both sides of level (n + 1) the TPR is interpolated. What
        the official code reads (research/mi_poison_2022/plot_poison.py in tensorflow/privacy), the
        last vertex with an FPR strictly below the level, is the same where n times the level is
        whole, but for 1 / n of a step; elsewhere it takes the rank above, and is too high.
        """
        rank = np.asarray(level) * (self.negatives + 1)
        below = np.floor(rank)
        share = rank - below
        return (1 - share) * self._tpr_above(below) + share * self._tpr_above(below + 1)

    def tpr_range(self, level: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """TPRs between which that at the expected FPR(s) lies with 95 %, by the ranks alone.

        So many of n independent negatives pass the true threshold of a level as a binomial of n
        trials does: the distribution-free interval of a quantile (David and Nagaraja, Order
        Statistics, 2003, section 7.1).
        """
        few, many = quantile(np.array([[0.025], [0.975]]), self.negatives, np.atleast_1d(level))
        return self._tpr_above(np.maximum(few, 1)), self._tpr_above(many + 1)

    def _tpr_above(self, rank: np.ndarray) -> np.ndarray:
        """Share of positives above the rank-th highest negative; above rank 0 there are none."""
        last = np.searchsorted(self.false_positives, rank, side="left") - 1
        return np.where(rank > 0, self.tpr[last], 0.0)

    def fpr_at_tpr(self, level: ArrayLike) -> np.ndarray:
        """Smallest FPR of a vertex whose TPR reaches the level(s), at most 1."""
        return self.fpr[np.searchsorted(self.tpr, level, side="left")]

    def precision_at_tpr(self, level: ArrayLike) -> np.ndarray:
        """TPR / (TPR + FPR) at the first vertex whose TPR reaches the level(s).

        The share of members among the accepted, where half of all points are members. That TPR is
        above the level where scores tie.
        """
        reached = np.searchsorted(self.tpr, level, side="left")
        return self.tpr[reached] / (self.tpr[reached] + self.fpr[reached])

    def auc(self) -> float:
        """Area under the curve by trapezoids: ties count half."""
        heights = self.true_positives[1:] + self.true_positives[:-1]
        area = np.dot(np.diff(self.false_positives), heights) / 2
        return area / (self.negatives * self.positives)

    def balanced_accuracy(self) -> float:
        """The largest 1 - (FPR + FNR) / 2 over all thresholds."""
        return (1 + np.max(self.tpr - self.fpr)) / 2

    def resolves(self, fpr_level: float) -> bool:
        """Whether there are negatives enough for a threshold of that FPR."""
        return fpr_level * (self.negatives + 1) >= 1

    def is_coarse(self, fpr_level: float) -> bool:
        """Whether fewer than ten false positives are expected at the level."""
        return fpr_level * self.negatives < 10


@dataclass(frozen=True)
class Ranking:
    """Decisions from the highest score to the lowest.

    order: flat index of each decision, [N]; member: its label, bool [N].
    ends: position of the last decision of each run of equal scores, [V - 1].
    """

    order: np.ndarray
    member: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(cls, scores: np.ndarray, member: np.ndarray) -> Self:
        """Ranks scores and labels of one shape; ValueError without a member or a non-member."""
        if scores.shape != member.shape or member.dtype != bool:
            raise ValueError(
                f"member: found {member.dtype} {member.shape}, allowed bool {scores.shape}"
            )
        if np.isnan(scores).any():
            raise ValueError("scores: found undefined values, allowed none")
        positives = int(member.sum())
        if not 0 < positives < member.size:
            raise ValueError(
                f"member: found {positives} members among {member.size} decisions, "
                "allowed at least one member and one non-member"
            )
        order = np.argsort(-scores, axis=None)
        ranked = scores.ravel()[order]
        ends = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), ranked.size - 1)
        return cls(order, member.ravel()[order], ends)

    def roc(self) -> Roc:
        """The curve of the decisions as they are."""
        return self._cumulate(self.member, np.ones(self.member.size, dtype=np.int64))

    def weighted_roc(self, weights: np.ndarray) -> Roc:
        """The curve in which decision k of the ranking counts weights[k] times, [N]."""
        return self._cumulate(np.where(self.member, weights, 0), weights)

    def _cumulate(self, positives: np.ndarray, decisions: np.ndarray) -> Roc:
        accepted = np.cumsum(positives, dtype=np.int64)[self.ends]
        rejected = np.cumsum(decisions, dtype=np.int64)[self.ends] - accepted
        return Roc(np.append(0, rejected), np.append(0, accepted))


def roc(scores: np.ndarray, member: np.ndarray) -> Roc:
    """ROC of scores against labels of the same shape; see `Ranking.of` for errors."""
    return Ranking.of(scores, member).roc()
