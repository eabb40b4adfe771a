"""The likelihood-ratio attack as it is plainly written: a loop over models and points."""

import math

import numpy as np

from truthserum.inference.attacks.lira import Lira


def lira(options: Lira, signals: np.ndarray, member: np.ndarray) -> np.ndarray:
    """Online scores [M, P] of signals [M, P], variance 'fixed' or 'shrunk'; models in pairs.

    arXiv 2112.03570, Algorithm 1. The official code, which calls scipy for each density, is slower.
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
