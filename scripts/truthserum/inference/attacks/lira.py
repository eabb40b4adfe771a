"""Likelihood-ratio attack (LiRA), with every model in turn as the target.

Carlini et al., "Membership Inference Attacks From First Principles", arXiv 2112.03570, Algorithm 1;
its options follow research/mi_lira_2021/plot.py in tensorflow/privacy, which the released code of
Truth Serum (arXiv 2204.00032) scores with. The signals of a point under the models that hold it
(IN) and under those that do not (OUT) are two Gaussians; the score of the target is the log ratio
of its densities. M models, P points, Q queries.

The shadow models of a target are those of all other groups (see `leave_one_out`), so that in every
turn each side keeps the same number of models, whether the target was one of it or not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from scipy.special import log_ndtr

from truthserum.inference.attacks.base import Evidence, blocks
from truthserum.options import Positive, options
from truthserum.statistics.leave_one_out import SMALLEST_DEVIATION, Moments, Turns, median, moments


@dataclass(frozen=True)
class Gaussian:
    """The fit of one side: a centre and a deviation per model and point, [M, P] or [M, 1]."""

    centre: np.ndarray
    deviation: np.ndarray

    def standardised(self, values: np.ndarray) -> np.ndarray:
        return (values - self.centre) / self.deviation

    def log_density(self, values: np.ndarray) -> np.ndarray:
        return (
            -0.5 * self.standardised(values) ** 2 - np.log(self.deviation) - 0.5 * np.log(2 * np.pi)
        )


@dataclass(frozen=True)
class Pooled:
    """Variances of one side pooled over points and queries, one per turn, [G].

    raw: of the pooled values, as in the official code, so with the spread between points.
    squares, freedom: squared deviations from each point's own mean, and their degrees of freedom,
        in every turn the same.
    """

    raw: np.ndarray
    squares: np.ndarray
    freedom: int

    @property
    def within(self) -> np.ndarray:
        """Unbiased variance around the points' own means; ValueError with one model per side."""
        if not self.freedom:
            raise ValueError(
                f"pooled variance: found one model left per side ({len(self.squares)} groups), "
                "allowed at least two at some point"
            )
        return self.squares / self.freedom


@dataclass(frozen=True)
class Side:
    """The signals [M, P, Q] of one side: IN or OUT models, with a group left out in each turn."""

    signals: np.ndarray
    turns: Turns

    @cached_property
    def pooled(self) -> Pooled:
        """One variance for all points and queries; computed only if asked for."""
        total, squares, within = np.zeros((3, len(self.signals) // self.turns.group))
        for block, values in _blocks(self.signals):
            kept = moments(values, self.turns.points(block))
            total += (kept.kept * kept.mean).sum(axis=1)
            squares += (kept.squares + kept.kept * kept.mean**2).sum(axis=1)
            within += kept.squares.sum(axis=1)
        _, points, queries = self.signals.shape
        count = int(self.turns.kept.sum()) * queries
        raw = squares / count - (total / count) ** 2
        return Pooled(raw, within, count - points * queries)


@options
class Lira:
    """Likelihood ratio between the models with and without the point."""

    mode: Literal["online", "offline", "one_sided"] = "online"
    """online compares IN with OUT; offline knows OUT models only and takes minus the log density
    under OUT, as the official code does; one_sided knows the same and takes minus the log
    probability that OUT is larger, the paper's offline rule."""
    variance: Literal["fixed", "pooled", "per_example", "shrunk"] = "fixed"
    """fixed, one deviation of the pooled raw values of a side (official); pooled, one deviation
    around the points' means; per_example, one per point; shrunk, per point and moderated by the
    pooled one."""
    deviations: Literal["separate", "shared"] = "separate"
    """separate for IN and OUT, or shared, the IN deviation for both (official for fixed)."""
    centre: Literal["mean", "median"] = "mean"
    """mean or median (official) of a side."""
    prior: Positive = 8.0
    """Weight of the pooled variance in shrunk, in degrees of freedom."""

    def __post_init__(self) -> None:
        if self.deviations == "shared" and self.mode != "online":
            raise ValueError(
                f"deviations: found 'shared' with mode {self.mode!r}, which has no IN models, "
                "allowed 'separate'"
            )

    def score(self, evidence: Evidence) -> np.ndarray:
        """Scores averaged over queries, float64 [M, P]; higher is more likely a member.

        ValueError if leaving a group out leaves too few IN or OUT models at a point, or if the
        groups do not hold a point equally often.
        """
        members = {"IN": evidence.member, "OUT": ~evidence.member}
        if self.mode != "online":
            del members["IN"]
        sides = {
            name: Side(evidence.signals, Turns(member, evidence.group))
            for name, member in members.items()
        }
        for name, side in sides.items():
            side.turns.require(2 if self.variance == "per_example" else 1, name)

        scores = np.zeros(evidence.member.shape)
        for block, values in _blocks(evidence.signals):
            fits = {name: self._fit(values, side, block) for name, side in sides.items()}
            scores[:, block] += self._compare(values, fits)
        return scores / evidence.signals.shape[2]

    def _fit(self, values: np.ndarray, side: Side, block: slice) -> Gaussian:
        turns = side.turns.points(block)
        kept = moments(values, turns)
        centre = kept.mean if self.centre == "mean" else median(values, turns)
        deviation = np.sqrt(np.maximum(self._variance(kept, side), SMALLEST_DEVIATION**2))
        return Gaussian(*(np.repeat(of, turns.group, axis=0) for of in (centre, deviation)))

    def _variance(self, kept: Moments, side: Side) -> np.ndarray:
        if self.variance == "fixed":
            return side.pooled.raw[:, None]
        if self.variance == "pooled":
            return side.pooled.within[:, None]
        if self.variance == "per_example":
            return kept.squares / kept.kept
        # Posterior variance under an inverse-gamma prior around the pooled one (Smyth 2004, "Linear
        # models and empirical Bayes methods", section 3).
        weighted = self.prior * side.pooled.within[:, None] + kept.squares
        return weighted / (self.prior + kept.kept - 1)

    def _compare(self, values: np.ndarray, fits: dict[str, Gaussian]) -> np.ndarray:
        outside = fits["OUT"]
        if self.mode == "offline":
            return -outside.log_density(values)
        if self.mode == "one_sided":
            return -log_ndtr(-outside.standardised(values))
        if self.deviations == "shared":
            outside = Gaussian(outside.centre, fits["IN"].deviation)
        return fits["IN"].log_density(values) - outside.log_density(values)


def _blocks(signals: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """Blocks of points, one query at a time: slice, values [M, p]."""
    models, points, queries = signals.shape
    for block in blocks(models, points):
        for query in range(queries):
            yield block, signals[:, block, query]
