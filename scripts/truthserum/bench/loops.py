"""The likelihood-ratio attack as it is plainly written, and as the official code works it out."""

import math

import numpy as np
from scipy.stats import norm

from truthserum.inference.attacks.lira import Lira


def lira(options: Lira, signals: np.ndarray, member: np.ndarray) -> np.ndarray:
    """Online scores [M, P] of signals [M, P], variance 'fixed' or 'shrunk'; models in pairs.

    arXiv 2112.03570, Algorithm 1.
    """
    models, points = signals.shape
    centre = getattr(np, options.centre)
    scores = np.empty(signals.shape)
    for target in range(models):
        others = np.arange(models) // 2 != target // 2
        sides = [
            [signals[others & (member[:, point] == holds), point] for point in range(points)]
            for holds in (True, False)
        ]
        inside, outside = (_deviations(options, lists) for lists in sides)
        if options.deviations == "shared":
            outside = inside
        for point in range(points):
            value = signals[target, point]
            densities = [
                -0.5 * ((value - centre(lists[point])) / deviation[point]) ** 2
                - math.log(deviation[point])
                for lists, deviation in zip(sides, (inside, outside), strict=True)
            ]
            scores[target, point] = densities[0] - densities[1]
    return scores


def official(signals: np.ndarray, member: np.ndarray, target: int) -> np.ndarray:
    """Online scores [P] of one model, by medians and one deviation, of signals [M, P].

    The arithmetic of research/mi_poison_2022/plot_poison.py in tensorflow/privacy: each point's
    values in a list, all cut to the length of the shortest; what follows is done on whole arrays.
    Left out are both models of the target's pair.
    """
    others = np.arange(len(signals)) // 2 != target // 2
    held, keep, points = signals[others], member[others], range(signals.shape[1])
    lists = [[held[side[:, j], j] for j in points] for side in (keep, ~keep)]
    inside, outside = (_cut(values, min(map(len, values))) for values in lists)
    deviation = np.std(inside) + 1e-30
    densities = [
        norm.logpdf(signals[target], np.median(values, axis=1), deviation)
        for values in (inside, outside)
    ]
    return densities[0] - densities[1]


def _cut(lists: list[np.ndarray], size: int) -> np.ndarray:
    """The first `size` of each list: [lists, size]."""
    return np.array([values[:size] for values in lists])


def _deviations(options: Lira, lists: list[np.ndarray]) -> list[float]:
    """The deviation of each point's values on one side."""
    if options.variance == "fixed":
        return [np.concatenate(lists).std()] * len(lists)
    squares = [((values - values.mean()) ** 2).sum() for values in lists]
    freedom = [len(values) - 1 for values in lists]
    prior = options.prior * sum(squares) / sum(freedom)
    return [
        math.sqrt((prior + own) / (options.prior + n))
        for own, n in zip(squares, freedom, strict=True)
    ]
