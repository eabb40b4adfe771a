"""Kernel ridge regression from features to pixels."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from truthserum.reconstruction.reconstructors.base import Fitted, Predictor, Study, best
from truthserum.reconstruction.reconstructors.features import Features, Map, alternatives
from truthserum.reconstruction.reconstructors.linear import check_positive, solve


@dataclass(frozen=True)
class KernelRidge:
    """Ridge regression with the kernel exp(-|a - b|^2 / (width * mean |a - b|^2)).

    features: chains of steps to choose from. widths: to choose from; the mean is over pairs of
    shadow models. penalties: to choose from, next to ones on the diagonal of the kernel. Pixels are
    clipped to [0, 1]. The matrix of S shadow models is in memory twice, in float64: 1.6 GB for
    10,000. ValueError for a width or a penalty that is not positive.
    """

    features: tuple[Features, ...] = (
        [
            {"standardise": {}},
            {"clip": {"limit": 2}},
            {"unit_norm": {}},
            {"principal": {"components": 400, "whitening": 0.25}},
            {"unit_norm": {}},
        ],
    )
    widths: tuple[float, ...] = (4.0, 8.0)
    penalties: tuple[float, ...] = (1e-5, 1e-4, 1e-3, 1e-1, 10.0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "features", alternatives(self.features))
        check_positive("kernel", "widths", self.widths)
        check_positive("kernel", "penalties", self.penalties)

    def fit(self, study: Study) -> Fitted:
        return best(self._tried(study))

    def _tried(self, study: Study) -> Iterator[Fitted]:
        level = study.shadows.images.mean(axis=0, dtype=np.float64)
        images = study.shadows.images - level
        for features in self.features:
            seen, to_features = study.seen(features)
            spread = 2 * seen.var(axis=0, dtype=np.float64).sum()  # mean over all pairs
            for width in self.widths:
                scale = width * spread
                gram = kernel(seen, seen, scale)
                for penalty in self.penalties:
                    weights = solve(gram, penalty, images)
                    predict = _predictor(to_features, seen, scale, weights, level)
                    yield study.judge(predict, features=str(features), width=width, penalty=penalty)


def kernel(a: np.ndarray, b: np.ndarray, scale: float) -> np.ndarray:
    """exp(-|a_i - b_j|^2 / scale), float64 [A, B], of features [A, e] and [B, e]."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    values = a @ b.T
    values *= 2
    values -= np.einsum("ij,ij->i", a, a)[:, None]
    values -= np.einsum("ij,ij->i", b, b)
    values /= scale
    return np.exp(values, out=values)


def _predictor(
    to_features: Map, seen: np.ndarray, scale: float, weights: np.ndarray, level: np.ndarray
) -> Predictor:
    def predict(views: np.ndarray) -> np.ndarray:
        found = kernel(to_features(views), seen, scale) @ weights + level
        return np.clip(found, 0, 1).astype(np.float32)

    return predict
