"""The measures of a membership attack, each with its interval and the decisions behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from truthserum.statistics.bootstrap import bootstrap, of_few, percentile_interval
from truthserum.statistics.intervals import auc_interval, clopper_pearson
from truthserum.statistics.paired import Estimate
from truthserum.statistics.roc import Roc, roc


@dataclass(frozen=True)
class Measure:
    """One measure with its 95 % interval.

    positives, negatives: member and non-member decisions behind it.
    resolved: false if there are too few negatives for the measure's FPR level; then value, low and
        high are not numbers.
    coarse: whether fewer than ten false positives are expected at that level.
    draws: float64 [D], the bootstrap draws of the value.
    """

    name: str
    value: float
    low: float
    high: float
    positives: int
    negatives: int
    resolved: bool
    coarse: bool
    draws: np.ndarray = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.resolved != bool(np.isfinite(self.value)):
            raise ValueError(
                f"resolved: found {self.resolved} with value {self.value}, "
                "allowed true with a number or false without one"
            )

    @property
    def estimate(self) -> Estimate:
        """What it is compared with others by."""
        return Estimate(self.value, self.low, self.high, self.draws)

    def __str__(self) -> str:
        if not self.resolved:
            return f"unresolved ({self.negatives} negatives)"
        return f"{self.value:.4g} [{self.low:.4g}, {self.high:.4g}]"


def measure(
    scores: np.ndarray,
    member: np.ndarray,
    rng: np.random.Generator,
    units: np.ndarray,
    blocks: np.ndarray | None,
    levels: Sequence[float] = (0.001, 0.01),
    tpr_levels: Sequence[float] = (0.1, 0.5),
    draws: int = 200,
    of_blocks: np.random.Generator | None = None,
) -> list[Measure]:
    """TPR at FPR levels, FPR and precision at TPR levels, AUC, balanced accuracy; all pooled.

    scores: [M, P], higher is more likely a member; member: bool [M, P]; units: labels [M] of models
    that are resampled together (`bootstrap.pairs`, or arange for single models); blocks: labels [P]
    of points that are, or None; of_blocks: what draws these, if not `rng` (see `bootstrap`).

    Intervals are percentiles of the two-way bootstrap. That of a TPR is widened to what the ranks
    of a few false positives leave open (`Roc.tpr_range`); that of balanced accuracy, a maximum, is
    the basic one. That of a rate never ends inside the Clopper-Pearson interval of as many
    independent decisions, since a bootstrap of a rate of 0 or 1 has no width; nor does that of
    balanced accuracy, the share of right decisions where there are as many of the rarer kind as of
    the other, nor that of another measure that is 0 or 1 or the same in all draws. Its decisions
    are disjoint pairs of a member and a non-member, which are all in the right order, as many as
    the rarer kind allows; for a precision the share of them that its level accepts. Where decisions
    of a kind, or blocks, are few, those of an AUC and of balanced accuracy are as much wider as
    Student's is than the normal one; and that of an AUC never ends inside that of as many
    independent decisions either (`auc_interval`). Few pairs of models widen neither: they leak
    about alike, so that what varies are decisions, of which there are many. ValueError for labels
    of one kind, or levels outside of 0 to 1.
    """
    asked = _Asked(levels, tpr_levels)
    curve = roc(scores, member)
    values = asked.read(curve)
    drawn = bootstrap(scores, member, asked.read, rng, draws, units, blocks, of_blocks)
    drawn_apart = len(np.unique(units if blocks is None else blocks))
    ends = asked.intervals(curve, values, drawn, drawn_apart)
    positives, negatives = int(curve.positives), int(curve.negatives)
    at_level = dict(zip(asked.names, levels, strict=False))
    found = []
    for name, *three, own in zip(asked.names, values, *ends, drawn.T, strict=True):
        level = at_level.get(name)
        resolved = level is None or bool(curve.resolves(level))
        coarse = level is not None and curve.is_coarse(level)
        value, low, high = map(float, three) if resolved else [np.nan] * 3
        found.append(Measure(name, value, low, high, positives, negatives, resolved, coarse, own))
    return found


@dataclass(frozen=True)
class _Asked:
    """The measures of a curve, in their order: at FPR levels, at TPR levels, and the areas."""

    levels: Sequence[float]
    tpr_levels: Sequence[float]

    def __post_init__(self) -> None:
        for level in (*self.levels, *self.tpr_levels):
            if not 0 < level <= 1:
                raise ValueError(f"level: found {level}, allowed above 0 and at most 1")

    @property
    def names(self) -> list[str]:
        return [
            *(f"tpr_at_fpr_{level:g}" for level in self.levels),
            *(f"fpr_at_tpr_{level:g}" for level in self.tpr_levels),
            *("auc", "balanced_accuracy"),
            *(f"precision_at_tpr_{level:g}" for level in self.tpr_levels),
        ]

    def read(self, curve: Roc) -> np.ndarray:
        """The values [S]."""
        rates = [curve.tpr_at_fpr(self.levels), curve.fpr_at_tpr(self.tpr_levels)]
        areas = [curve.auc(), curve.balanced_accuracy()]
        return np.concatenate([*rates, areas, curve.precision_at_tpr(self.tpr_levels)])

    def intervals(
        self, curve: Roc, values: np.ndarray, drawn: np.ndarray, blocks: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Both ends [S] for these values, by their draws [D, S] of so many blocks; `measure` says
        how.
        """
        low, high = percentile_interval(drawn)
        least, most = curve.tpr_range(self.levels)
        rates = slice(len(self.levels))
        low[rates], high[rates] = np.minimum(low[rates], least), np.maximum(high[rates], most)

        best, area = map(self.names.index, ("balanced_accuracy", "auc"))
        low[best], high[best] = _of_a_maximum(values[best], low[best], high[best])
        fewest = min(curve.positives, curve.negatives, blocks)
        for each in (best, area):
            low[each], high[each] = of_few(values[each], low[each], high[each], fewest)
        below, above = auc_interval(values[area], curve.positives, curve.negatives)
        low[area], high[area] = min(low[area], below), max(high[area], above)

        trials = self._trials(int(curve.positives), int(curve.negatives))
        alone = clopper_pearson(np.rint(values * trials), trials)
        is_rate = np.arange(len(values)) < len(self.levels) + len(self.tpr_levels)
        is_rate[best] = True
        without_width = is_rate | (values == 0) | (values == 1) | (low == high)
        low = np.where(without_width, np.minimum(low, alone[0]), low)
        high = np.where(without_width, np.maximum(high, alone[1]), high)
        low[best] = max(low[best], 0.5)  # guessing
        return low, high

    def _trials(self, positives: int, negatives: int) -> np.ndarray:
        """The independent decisions behind each measure, int [S]."""
        fewest = min(positives, negatives)
        accepted = np.maximum(fewest * np.asarray(self.tpr_levels), 1).astype(int)
        times = [len(self.levels), len(self.tpr_levels), 1, 1]
        each = np.repeat([positives, negatives, fewest, 2 * fewest], times)
        return np.concatenate([each, accepted])


def _of_a_maximum(value: float, low: float, high: float) -> tuple[float, float]:
    """The basic interval of the best balanced accuracy, from the ends of its percentile interval.

    The best of all thresholds is too high by chance, and in a draw once more. What the draws add to
    the value is therefore taken off it (Davison and Hinkley, Bootstrap Methods and their
    Application, 1997, section 5.2), down to the 0.5 of guessing. The value is never left outside.
    """
    low, high = np.clip([2 * value - high, 2 * value - low], 0.5, 1)
    return min(low, value), max(high, value)
