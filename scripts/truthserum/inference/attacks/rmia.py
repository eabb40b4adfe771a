"""Relative membership inference attack (RMIA), with every model in turn as the target.

Zarifzadeh et al., "Low-Cost High-Power Membership Inference Attacks", arXiv 2312.03262. A point is
compared with the points of a population: did this model raise its probability by more than theirs?
M models, P points, Z population points.
"""

from typing import Literal

import numpy as np
from scipy.special import expit

from truthserum.inference.attacks.base import Evidence
from truthserum.options import ClosedShare, Positive, options
from truthserum.statistics.leave_one_out import Turns


@options
class Rmia:
    """Relative membership inference, against a population of other points.

    All averages are over the models of other groups than the target's.
    """

    gamma: Positive = 2.0
    """Ratio by which a point must exceed a population point. Its score is the share of population
    points z with ratio(x) >= gamma ratio(z), ties included, ratio(x) being p(x | model) / p(x)."""
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
        points, population = _probability(evidence.signals), _probability(evidence.population)
        if population.shape[1] == 0:
            raise ValueError("population: found no points beside the targets, allowed at least one")
        if self.mode == "online":
            inside = _mean_of_others(points, Turns(evidence.member, evidence.group), "IN")
            outside = _mean_of_others(points, Turns(~evidence.member, evidence.group), "OUT")
            typical = (inside + outside) / 2
            everyone = Turns(np.ones(population.shape, dtype=bool), evidence.group)
            typical_population = _mean_of_others(population, everyone, "other")
        else:
            without = Turns(~evidence.member, evidence.group)
            typical = self._from_out(points, without)
            without = Turns(~evidence.population_member, evidence.group)
            typical_population = self._from_out(population, without)

        # Counting in sorted order replaces the comparison of all points with the whole population.
        raised = points / typical
        bars = np.sort(self.gamma * population / typical_population, axis=1)
        pairs = zip(bars, raised, strict=True)
        passed = [np.searchsorted(bar, ratios, side="right") for bar, ratios in pairs]
        return np.array(passed) / population.shape[1]

    def _from_out(self, probability: np.ndarray, outside: Turns) -> np.ndarray:
        out = _mean_of_others(probability, outside, "OUT")
        return ((1 + self.offline_a) * out + (1 - self.offline_a)) / 2


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
