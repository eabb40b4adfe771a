"""Ridge regression from features to pixels."""

from collections.abc import Iterator

import numpy as np

from truthserum.options import Positive, Several, options
from truthserum.reconstruction.reconstructors.base import Fitted, Predictor, Study, best
from truthserum.reconstruction.reconstructors.features import STANDARDISED, Alternatives, Map
from truthserum.reconstruction.reconstructors.linear import solve


@options
class Ridge:
    """Ridge regression: least squares with a penalty on the squared coefficients.

    The intercept has none. Pixels are clipped to [0, 1].
    """

    features: Alternatives = STANDARDISED
    """Chains of steps that turn what is seen of a model into features, to choose from."""
    penalties: Several[Positive] = (1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0, 1e3, 1e5)
    """Penalties to choose from, in units of the summed variance of the features over the number of
    shadow models (the mean eigenvalue of the Gram matrix)."""

    def fit(self, study: Study) -> Fitted:
        return best(self._tried(study))

    def _tried(self, study: Study) -> Iterator[Fitted]:
        images = study.shadows.images
        level = images.mean(axis=0, dtype=np.float64)
        for features in self.features:
            seen, to_features = study.seen(features)
            middle = seen.mean(axis=0, dtype=np.float64).astype(np.float32)
            seen = seen - middle
            # The same coefficients, by the smaller of the two Gram matrices.
            dual = seen.shape[0] < seen.shape[1]
            gram = (seen @ seen.T if dual else seen.T @ seen).astype(np.float64)
            unit = np.trace(gram) / len(seen)
            for penalty in self.penalties:
                if dual:
                    slope = seen.T @ solve(gram, penalty * unit, images - level).astype(np.float32)
                else:
                    slope = solve(gram, penalty * unit, seen.T @ (images - level))
                predict = _predictor(to_features, middle, slope, level)
                yield study.judge(predict, features=str(features), penalty=penalty)


def _predictor(
    to_features: Map, middle: np.ndarray, slope: np.ndarray, level: np.ndarray
) -> Predictor:
    def predict(views: np.ndarray) -> np.ndarray:
        found = (to_features(views) - middle) @ slope + level
        return np.clip(found, 0, 1).astype(np.float32)

    return predict
