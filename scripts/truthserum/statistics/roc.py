"""ROC curves by sorting once, and what is read off them.

Decisions are pooled over models and points. Equal scores are accepted together, as one step of the
curve.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from truthserum.statistics.binomial import quantile

# Decisions that are looked at together, where an array of the rates of all would be too large.
AT_ONCE = 1 << 20
# The highest negatives that tell how the curve goes on beyond the highest of all.
TAIL = 10
# So many negatives are expected where none is seen with 2.5 %.
NONE = -np.log(0.025)


@dataclass(frozen=True)
class Roc:
    """Cumulative counts of accepted negatives and positives, int [V], from 0 to all.

    They may be of 32 bits, and the rates are worked out where they are read: the bootstrap has one
    curve a draw, and there may be as many vertices as decisions.
    """

    false_positives: np.ndarray
    true_positives: np.ndarray

    @property
    def negatives(self) -> int:
        return int(self.false_positives[-1])

    @property
    def positives(self) -> int:
        return int(self.true_positives[-1])

    @property
    def fpr(self) -> np.ndarray:
        return self.false_positives / self.negatives

    @property
    def tpr(self) -> np.ndarray:
        return self.true_positives / self.positives

    def tpr_at_fpr(self, level: ArrayLike) -> np.ndarray:
        """TPR of the threshold whose expected FPR is the level(s), between 0 and 1.

        A threshold at the k-th highest of n negatives is passed by a new one with probability
        k / (n + 1). Between the ranks on both sides of level (n + 1) the TPR is interpolated. What
        the official code reads (research/mi_poison_2022/plot_poison.py in tensorflow/privacy), the
        last vertex with an FPR strictly below the level, is the same where n times the level is
        whole, but for so small a share of a step as the level is; elsewhere it takes the rank
        above, and is too high.
        """
        rank = np.asarray(level) * (self.negatives + 1)
        below = np.floor(rank)
        share = rank - below
        return (1 - share) * self._tpr_above(below) + share * self._tpr_above(below + 1)

    def tpr_range(self, level: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """TPRs between which that at the expected FPR(s) lies with 95 %, by the ranks alone.

        So many of n independent negatives pass the true threshold of a level as a binomial of n
        trials does: the distribution-free interval of a quantile (David and Nagaraja, Order
        Statistics, 2003, section 7.1). Where none of them may pass it, as with 2 expected, ranks
        have no lower end. The curve is then followed beyond the highest negative, straight over the
        logarithm of the rank, as of tails that fall exponentially (Weissman, JASA 73, 1978), and by
        the steepest slope to one of the next: as far as the threshold lies above it with 97.5 %.
        """
        few, many = quantile(np.array([[0.025], [0.975]]), self.negatives, np.atleast_1d(level))
        first, tail = self._tpr_above(np.array(1)), np.arange(2, TAIL + 1)
        slope = np.max((self._tpr_above(tail) - first) / np.log(tail))
        expected = np.atleast_1d(level) * self.negatives
        share = np.clip(
            expected / NONE, np.finfo(float).tiny, 1
        )  # none is expected at a level of 0
        low = np.where(few > 0, self._tpr_above(few), np.maximum(first + slope * np.log(share), 0))
        return low, self._tpr_above(many + 1)

    def _tpr_above(self, rank: np.ndarray) -> np.ndarray:
        """Share of positives above the rank-th highest negative; above rank 0 there are none."""
        last = np.searchsorted(self.false_positives, rank, side="left") - 1
        return np.where(rank > 0, self.true_positives[last] / self.positives, 0.0)

    def highest_at(self, level: ArrayLike) -> np.ndarray:
        """Largest TPR of a vertex whose FPR does not exceed the level(s)."""
        above = _fewest(np.nextafter(level, np.inf), self.negatives)
        last = np.searchsorted(self.false_positives, above, side="left") - 1
        return self.true_positives[last] / self.positives

    def _reached(self, level: ArrayLike) -> np.ndarray:
        """The first vertex whose TPR reaches the level(s)."""
        fewest = _fewest(level, self.positives)
        return np.searchsorted(self.true_positives, fewest, side="left")

    def fpr_at_tpr(self, level: ArrayLike) -> np.ndarray:
        """Smallest FPR of a vertex whose TPR reaches the level(s), at most 1."""
        return self.false_positives[self._reached(level)] / self.negatives

    def precision_at_tpr(self, level: ArrayLike) -> np.ndarray:
        """TPR / (TPR + FPR) at the first vertex whose TPR reaches the level(s).

        The share of members among the accepted, where half of all points are members. That TPR is
        above the level where scores tie.
        """
        reached = self._reached(level)
        tpr = self.true_positives[reached] / self.positives
        return tpr / (tpr + self.false_positives[reached] / self.negatives)

    def auc(self) -> float:
        """Area under the curve by trapezoids: ties count half."""
        twice = 0
        for false, true in self._pieces():
            heights = true[1:] + true[:-1]
            twice += int(np.dot(np.diff(false), heights))
        return twice / 2 / (self.negatives * self.positives)

    def balanced_accuracy(self) -> float:
        """The largest 1 - (FPR + FNR) / 2 over all thresholds."""
        best = max(
            float(np.max(true / self.positives - false / self.negatives))
            for false, true in self._pieces()
        )
        return (1 + best) / 2

    def _pieces(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Both counts of runs of vertices, int64; the last of a run is the first of the next."""
        for start in range(0, max(len(self.true_positives) - 1, 1), AT_ONCE):
            run = slice(start, start + AT_ONCE + 1)
            false, true = self.false_positives[run], self.true_positives[run]
            yield false.astype(np.int64), true.astype(np.int64)

    def resolves(self, level: ArrayLike) -> np.ndarray:
        """Whether there are negatives enough for a threshold of the FPR level(s)."""
        return np.asarray(level) * (self.negatives + 1) >= 1

    def is_coarse(self, fpr_level: float) -> bool:
        """Whether fewer than ten false positives are expected at the level."""
        return fpr_level * self.negatives < 10


@dataclass(frozen=True)
class Ranking:
    """Decisions from the highest score to the lowest.

    order: flat index of each decision, [N]; member: its label, bool [N].
    vertices: how many decisions are accepted at each vertex of the curve, [V]: none, and all up to
    the last of each run of equal scores; a slice of all numbers where no scores are equal.
    """

    order: np.ndarray
    member: np.ndarray
    vertices: np.ndarray | slice

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
        # Not of -scores: unsigned numbers have none, nor has the least integer.
        order = np.argsort(scores, axis=None)[::-1].astype(counting(scores.size))
        ranked = scores.ravel()[order]
        new = ranked[1:] != ranked[:-1]
        vertices: np.ndarray | slice = slice(None)
        if not new.all():
            vertices = np.concatenate([[0], np.flatnonzero(new) + 1, [ranked.size]])
        return cls(order, member.ravel()[order], vertices)

    def roc(self) -> Roc:
        """The curve of the decisions as they are."""
        return self.weighted_roc(np.ones(self.member.size, np.int8))

    def weighted_roc(self, weights: np.ndarray) -> Roc:
        """The curve in which decision k of the ranking counts weights[k] times, int [N]."""
        kind = counting(int(weights.sum(dtype=np.int64)))
        return Roc(*(self._accepted(weights, side, kind) for side in (~self.member, self.member)))

    def _accepted(
        self, weights: np.ndarray, side: np.ndarray, kind: type[np.integer]
    ) -> np.ndarray:
        counts = np.zeros(len(side) + 1, kind)
        np.cumsum(np.where(side, weights, 0), dtype=kind, out=counts[1:])
        return counts[self.vertices]


def roc(scores: np.ndarray, member: np.ndarray) -> Roc:
    """ROC of scores against labels of the same shape; see `Ranking.of` for errors."""
    return Ranking.of(scores, member).roc()


def counting(most: int) -> type[np.integer]:
    """The type of integers up to so many that takes least memory, of 32 or 64 bits."""
    return np.int32 if most <= np.iinfo(np.int32).max else np.int64


def _fewest(level: ArrayLike, total: int) -> np.ndarray:
    """The fewest of `total` whose share reaches the level(s), as shares are rounded."""
    near = np.ceil(np.asarray(level) * total)[..., None] + np.array([-1, 0, 1])
    reaches = near / total >= np.asarray(level)[..., None]
    return np.take_along_axis(near, reaches.argmax(axis=-1)[..., None], axis=-1)[..., 0]
