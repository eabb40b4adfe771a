"""Kernel ridge regression from features to pixels."""

from collections.abc import Iterator

import numpy as np

from truthserum.options import Positive, Several, options
from truthserum.reconstruction.reconstructors.base import Fitted, Predictor, Study, best
from truthserum.reconstruction.reconstructors.features import NORMALISED, Alternatives, Map
from truthserum.reconstruction.reconstructors.linear import solve


@options
class KernelRidge:
    """Ridge regression with the kernel exp(-|a - b|^2 / (width * mean |a - b|^2)).

    Pixels are clipped to [0, 1]. The matrix of S shadow models is in memory twice, in float64: 1.6
    GB for 10,000.
    """

    features: Alternatives = NORMALISED
    """Chains of steps that turn what is seen of a model into features, to choose from."""
    widths: Several[Positive] = (4.0, 8.0)
    """Widths to choose from, as a factor on the mean over pairs of shadow models."""
    penalties: Several[Positive] = (1e-5, 1e-4, 1e-3, 1e-1, 10.0)
    """Penalties to choose from; the diagonal of the kernel is 1."""

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
