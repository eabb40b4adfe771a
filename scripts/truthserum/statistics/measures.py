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
    blocks: np.ndarray,
    levels: Sequence[float] = (0.001, 0.01),
    tpr_levels: Sequence[float] = (0.1, 0.5),
    draws: int = 200,
) -> list[Measure]:
    """TPR at FPR levels, FPR and precision at TPR levels, AUC, balanced accuracy; all pooled.

    scores: [M, P], higher is more likely a member; member: bool [M, P]; units: labels [M] of models
    that are resampled together (`bootstrap.pairs`, or arange for single models); blocks: labels [P]
    of points that are.

    Intervals are percentiles of the two-way bootstrap. That of a rate never ends inside the
    Clopper-Pearson interval of as many independent decisions, since a bootstrap of a rate of 0 or 1
    has no width. The interval of a precision is that of its FPR. ValueError for labels
    of one kind, or levels outside of 0 to 1.
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
    low, high = percentile_interval(bootstrap(scores, member, read, rng, draws, units, blocks))

    trials = np.repeat([positives, negatives], [len(levels), len(tpr_levels)])
    rates = slice(0, len(trials))
    alone = clopper_pearson(np.rint(values[rates] * trials), trials)
    low[rates] = np.minimum(low[rates], alone[0])
    high[rates] = np.maximum(high[rates], alone[1])

    names = [f"tpr_at_fpr_{level:g}" for level in levels]
    names += [f"fpr_at_tpr_{level:g}" for level in tpr_levels]
    names += ["auc", "balanced_accuracy"]
    numbers = dict(zip(names, np.column_stack([values, low, high]), strict=True))
    for level in tpr_levels:
        value, least, most = numbers[f"fpr_at_tpr_{level:g}"]
        numbers[f"precision_at_tpr_{level:g}"] = precision(level, np.array([value, most, least]))
    unresolved = {f"tpr_at_fpr_{level:g}" for level in levels if not curve.resolves(level)}
    return [
        Measure(name, *(np.nan,) * 3, positives, negatives, False)
        if name in unresolved
        else Measure(name, *map(float, three), positives, negatives, True)
        for name, three in numbers.items()
    ]


def precision(tpr: float, fpr: np.ndarray) -> np.ndarray:
    """The share of true positives among all positives, where half of all are members.

    At a given TPR (recall) it depends on the FPR alone.
    """
    return tpr / (tpr + fpr)
