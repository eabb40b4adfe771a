"""ROC curves small enough to plot and to publish as a table."""

import numpy as np

from truthserum.statistics.bootstrap import bootstrap, percentile_interval
from truthserum.statistics.intervals import clopper_pearson
from truthserum.statistics.roc import Roc, roc

FINE_BELOW = 1e-2


def roc_points(scores: np.ndarray, member: np.ndarray, rows: int = 400) -> np.ndarray:
    """At most `rows` vertices (FPR, TPR) of the ROC, float64 [R, 2], for log-log axes.

    Of vertices of equal FPR only the highest is kept. Below an FPR of 1e-2 all these are, if they
    fit into half of the rows; otherwise, and above, those at logarithmic steps. The last row is
    (1, 1).
    """
    curve = roc(scores, member)
    false, true = curve.false_positives, curve.true_positives
    highest = np.append(false[1:] != false[:-1], True)
    fpr, tpr = false[highest] / curve.negatives, true[highest] / curve.positives
    fine = np.searchsorted(fpr, FINE_BELOW)
    half = rows // 2
    kept = [_log_steps(fpr[:fine], half), fine + _log_steps(fpr[fine:], rows - half)]
    index = np.concatenate(kept)
    return np.column_stack([fpr[index], tpr[index]])


def roc_band(
    scores: np.ndarray,
    member: np.ndarray,
    fpr: np.ndarray,
    rng: np.random.Generator,
    units: np.ndarray,
    blocks: np.ndarray | None,
    draws: int = 200,
) -> tuple[np.ndarray, np.ndarray]:
    """Pointwise 95 % band, low [R] and high [R], of the TPR at FPRs [R].

    Percentiles of the two-way bootstrap, widened as `measure` widens those of a TPR: to what the
    ranks of a few false positives leave open, and to the interval of as many independent decisions.
    Not a number where there are too few negatives for the FPR, as at 0. units [M], blocks [P] or
    None: see `bootstrap`.
    """

    def read(curve: Roc) -> np.ndarray:
        return curve.highest_at(fpr)

    curve = roc(scores, member)
    low, high = percentile_interval(bootstrap(scores, member, read, rng, draws, units, blocks))
    accepted = np.rint(read(curve) * curve.positives)
    for least, most in (curve.tpr_range(fpr), clopper_pearson(accepted, curve.positives)):
        low, high = np.minimum(low, least), np.maximum(high, most)
    low[fpr == 1] = 1  # where all is accepted
    resolved = curve.resolves(fpr)
    return np.where(resolved, low, np.nan), np.where(resolved, high, np.nan)


def _log_steps(fpr: np.ndarray, rows: int) -> np.ndarray:
    """Indices of at most `rows` of the ascending rates: all, or first, last and log-spaced ones."""
    if len(fpr) <= rows:
        return np.arange(len(fpr))
    # At zero there is no logarithm: the first rate above it begins the steps.
    first = int(fpr[0] == 0)
    steps = np.geomspace(fpr[first], fpr[-1], rows - first)
    chosen = np.searchsorted(fpr, steps, side="right") - 1
    return np.unique(np.concatenate([[0], chosen, [len(fpr) - 1]]))
