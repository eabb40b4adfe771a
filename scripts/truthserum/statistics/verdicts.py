"""How right yes-or-no decisions are, where there is no score to move a threshold along."""

import numpy as np

from truthserum.statistics.bootstrap import bootstrap, pairs, percentile_interval
from truthserum.statistics.intervals import clopper_pearson
from truthserum.statistics.paired import Estimate
from truthserum.statistics.roc import Roc

NAMES = ("true_positive_rate", "false_positive_rate", "balanced_accuracy")


def verdicts(
    accepted: np.ndarray, member: np.ndarray, rng: np.random.Generator, draws: int
) -> dict[str, Estimate]:
    """Estimates of `NAMES`, with 95 % intervals and bootstrap draws.

    accepted: bool [M, P], "in" says the adversary; member: bool [M, P], of models 2k and 2k + 1
    that are drawn together. Percentiles of the two-way bootstrap; that of a rate ends nowhere
    inside the exact one of as many independent decisions, nor that of balanced accuracy inside what
    the two exact ones leave open (MOVER, see `paired`). ValueError for labels of one kind.
    """
    scores = accepted.astype(float)
    vertex = int(accepted.any())  # without any score of one, the highest run is of zeros

    def read(curve: Roc) -> np.ndarray:
        tpr, fpr = curve.tpr[vertex], curve.fpr[vertex]
        return np.array([tpr, fpr, (1 + tpr - fpr) / 2])

    columns = np.arange(scores.shape[1])
    drawn = bootstrap(scores, member, read, rng, draws, pairs(len(scores)), columns)
    low, high = percentile_interval(drawn)
    hits, alarms = int((accepted & member).sum()), int((accepted & ~member).sum())
    members, others = int(member.sum()), int((~member).sum())
    exact = clopper_pearson(np.array([hits, alarms]), np.array([members, others]))
    rates = np.array([hits / members, alarms / others])
    below, above = rates - exact[0], exact[1] - rates
    values = np.append(rates, (1 + rates[0] - rates[1]) / 2)
    below = np.append(below, np.hypot(below[0], above[1]) / 2)
    above = np.append(above, np.hypot(above[0], below[1]) / 2)
    low, high = np.minimum(low, values - below), np.maximum(high, values + above)
    return {
        name: Estimate(float(value), float(start), float(end), own)
        for name, value, start, end, own in zip(NAMES, values, low, high, drawn.T, strict=True)
    }
