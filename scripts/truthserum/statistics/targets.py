"""How exposed each target is."""

import numpy as np
import pandas as pd

from truthserum.statistics.leave_one_out import SMALLEST_DEVIATION


def d_prime(signals: np.ndarray, member: np.ndarray) -> np.ndarray:
    """Distance of IN from OUT signals in pooled standard deviations, averaged over queries, [P].

    signals: [M, P, Q]; member: bool [M, P]. Per query (mean_in - mean_out) / sqrt((var_in +
    var_out) / 2) with unbiased variances, the sensitivity index of detection theory; a deviation
    below 1e-6 counts as 1e-6, so that it is finite, and 0 but for rounding where nothing varies.
    ValueError with fewer than two IN or OUT models at a point.
    """
    _require(member, 2)
    mean_in, variance_in = _moments(signals, member)
    mean_out, variance_out = _moments(signals, ~member)
    deviation = np.maximum(np.sqrt((variance_in + variance_out) / 2), SMALLEST_DEVIATION)
    return ((mean_in - mean_out) / deviation).mean(axis=1)


def target_auc(scores: np.ndarray, member: np.ndarray) -> np.ndarray:
    """AUC over the models of each point by itself, [P]; ties count half.

    scores: [M, P]; member: bool [M, P]. The Mann-Whitney statistic from ranks. ValueError without
    an IN or an OUT model at a point.
    """
    _require(member, 1)
    ranks = pd.DataFrame(scores).rank().to_numpy()
    inside = member.sum(axis=0)
    wins = np.where(member, ranks, 0).sum(axis=0) - inside * (inside + 1) / 2
    return wins / (inside * (len(member) - inside))


def _moments(signals: np.ndarray, side: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and unbiased variance [P, Q] over the models of a side."""
    side = side[:, :, None]
    size = side.sum(axis=0)
    mean = np.where(side, signals, 0).sum(axis=0) / size
    return mean, (np.where(side, signals - mean, 0) ** 2).sum(axis=0) / (size - 1)


def _require(member: np.ndarray, models: int) -> None:
    inside = member.sum(axis=0)
    fewest = np.minimum(inside, len(member) - inside).min(initial=len(member))
    if fewest < models:
        raise ValueError(
            f"member: found {fewest} IN or OUT models at a point ({member.shape[0]} models, "
            f"{member.shape[1]} points), allowed at least {models}"
        )
