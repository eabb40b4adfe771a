"""The measures of a membership attack, each with its interval and the decisions behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from truthserum.statistics.bootstrap import bootstrap, percentile_interval
from truthserum.statistics.intervals import clopper_pearson
from truthserum.statistics.roc import Roc, roc


@dataclass(frozen=True)
class Measure:
    """One measure with its 95 % interval.

    positives, negatives: member and non-member decisions behind it.
    resolved: false if one false positive already reaches the measure's FPR level; then value, low
        and high are not numbers.
    """

    name: str
    value: float
    low: float
    high: float
    positives: int
    negatives: int
    resolved: bool

    def __post_init__(self) -> None:
        if self.resolved != bool(np.isfinite(self.value)):
            raise ValueError(
                f"resolved: found {self.resolved} with value {self.value}, "
                "allowed true with a number or false without one"
            )

    def __str__(self) -> str:
        if not self.resolved:
            return f"unresolved ({self.negatives} negatives)"
        return f"{self.value:.4g} [{self.low:.4g}, {self.high:.4g}]"


def measure(
    scores: np.ndarray,
    member: np.ndarray,
    rng: np.random.Generator,
    units: np.ndarray,
    levels: Sequence[float] = (0.001, 0.01),
    tpr_levels: Sequence[float] = (0.5,),
    draws: int = 200,
) -> list[Measure]:
    """TPR at FPR levels, FPR at TPR levels, AUC and balanced accuracy of pooled decisions.

    scores: [M, P], higher is more likely a member; member: bool [M, P]; units: labels [M] of models
    that are resampled together (`bootstrap.pairs`, or arange for single models).

    Intervals are percentiles of the two-way bootstrap. That of a rate never ends inside the
    Clopper-Pearson interval of as many independent decisions, since a bootstrap of a rate of 0 or 1
    has no width. ValueError for labels of one kind, or levels outside of 0 to 1.
    """
    for level in (*levels, *tpr_levels):
        if not 0 < level <= 1:
            raise ValueError(f"level: found {level}, allowed above 0 and at most 1")

    def read(curve: Roc) -> np.ndarray:
        rates = [curve.tpr_at_fpr(levels), curve.fpr_at_tpr(tpr_levels)]
        return np.concatenate([*rates, [curve.auc(), curve.balanced_accuracy()]])

    curve = roc(scores, member)
    positives, negatives = int(curve.positives), int(curve.negatives)
    values = read(curve)
    low, high = percentile_interval(bootstrap(scores, member, read, rng, draws, units))

    trials = np.repeat([positives, negatives], [len(levels), len(tpr_levels)])
    rates = slice(0, len(trials))
    alone = clopper_pearson(np.rint(values[rates] * trials), trials)
    low[rates] = np.minimum(low[rates], alone[0])
    high[rates] = np.maximum(high[rates], alone[1])

    names = [f"tpr_at_fpr_{level:g}" for level in levels]
    names += [f"fpr_at_tpr_{level:g}" for level in tpr_levels]
    names += ["auc", "balanced_accuracy"]
    resolved = [curve.resolves(level) for level in levels]
    resolved += [True] * (len(names) - len(levels))
    return [
        Measure(name, *map(float, numbers if seen else [np.nan] * 3), positives, negatives, seen)
        for name, *numbers, seen in zip(names, values, low, high, resolved, strict=True)
    ]
