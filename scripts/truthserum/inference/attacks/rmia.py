"""Relative membership inference attack (RMIA), with every model in turn as the target.

Zarifzadeh et al., "Low-Cost High-Power Membership Inference Attacks", arXiv 2312.03262. A point is
compared with the points of a population: did this model raise its probability by more than theirs?
M models, P points, Z population points.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from scipy.special import expit

from truthserum.inference.attacks.base import Evidence, blocks
from truthserum.options import ClosedShare, Positive, options
from truthserum.statistics.leave_one_out import Turns

# Of probabilities [M, P], who holds the point and the size of a group, p(x) of each target, [M, P].
Typical = Callable[[np.ndarray, np.ndarray, int], np.ndarray]


@options
class Rmia:
    """Relative membership inference, against a population of other points.

    All averages are over the models of other groups than the target's.
    """

    gamma: Positive = 2.0
    """Ratio by which a point must exceed a population point. The score of x is the share of
    population points z with ratio(x) >= gamma ratio(z), ties included, where ratio(x) is p(x |
    model) / p(x)."""
    mode: Literal["online", "offline"] = "online"
    """With or without models that hold the point. online takes p(x) as the mean of two averages,
    over the other models that hold x (IN) and over those that do not (OUT), and p(z) as the average
    over all other models, so that population points held by no model are welcome; offline knows OUT
    models only and takes ((1 + a) p_out + (1 - a)) / 2 for p(x) and p(z)."""
    offline_a: ClosedShare = 0.3
    """The a of the offline approximation; 1 trusts p_out as it is."""

    def score(self, evidence: Evidence) -> np.ndarray:
        """Scores, float64 [M, P] in [0, 1]; higher is more likely a member.

        The population of every target is all population points, those it was trained on included:
        which they are is what the adversary does not know. ValueError if there is no population, if
        leaving a group out leaves no IN or no OUT model at a point, or if the groups do not hold a
        point equally often.
        """
        others = evidence.population.shape[1]
        if others == 0:
            raise ValueError("population: found no points beside the targets, allowed at least one")
        online = self.mode == "online"
        typical, of_population = (
            (_balanced, _of_all) if online else (self._from_out, self._from_out)
        )
        group = evidence.group
        raised = _ratios(evidence.signals, evidence.member, group, typical)
        bars = _ratios(
            evidence.population, evidence.population_member, group, of_population, self.gamma
        )

        # Counting in sorted order replaces the comparison of all points with the whole population.
        for bar, ratios in zip(bars, raised, strict=True):
            bar.sort()
            ratios[:] = np.searchsorted(bar, ratios, side="right") / others
        return raised

    def _from_out(self, probability: np.ndarray, member: np.ndarray, group: int) -> np.ndarray:
        out = _mean_of_others(probability, Turns(~member, group), "OUT")
        return ((1 + self.offline_a) * out + (1 - self.offline_a)) / 2


def _ratios(
    signals: np.ndarray, member: np.ndarray, group: int, typical: Typical, times: float = 1.0
) -> np.ndarray:
    """So many times the probability over what is typical of the point, [M, P]; in blocks."""
    ratios = np.empty(member.shape)
    for block in blocks(*member.shape):
        probability = _probability(signals[:, block])
        ratios[:, block] = times * probability / typical(probability, member[:, block], group)
    return ratios


def _balanced(probability: np.ndarray, member: np.ndarray, group: int) -> np.ndarray:
    inside = _mean_of_others(probability, Turns(member, group), "IN")
    outside = _mean_of_others(probability, Turns(~member, group), "OUT")
    return (inside + outside) / 2


def _of_all(probability: np.ndarray, member: np.ndarray, group: int) -> np.ndarray:
    return _mean_of_others(probability, Turns(np.ones_like(member), group), "other")


def _probability(signals: np.ndarray) -> np.ndarray:
    """Probability of the true label averaged over queries, [M, P]; never zero, to be divided by."""
    return np.maximum(expit(signals).mean(axis=2), np.finfo(float).tiny)


def _mean_of_others(probability: np.ndarray, turns: Turns, name: str) -> np.ndarray:
    """Average [M, P] over the models that the side keeps in each model's turn."""
    turns.require(1, name)
    # Sums from both ends: taking a group off the total would drown tiny probabilities.
    values = turns.grouped(np.where(turns.side, probability, 0))
    others = np.zeros(values.shape)
    others[1:] += np.cumsum(values[:-1], axis=0)
    others[:-1] += np.cumsum(values[:0:-1], axis=0)[::-1]
    return np.repeat(others / turns.kept, turns.group, axis=0)
