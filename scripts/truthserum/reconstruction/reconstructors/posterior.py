"""The posterior mean over the adversary's own records, by Bayes' rule."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy.special import softmax

from truthserum.options import ClosedShare, Positive, Several, options
from truthserum.reconstruction.reconstructors.base import Fitted, Predictor, Study, best
from truthserum.reconstruction.reconstructors.features import Standardise


@options
class Posterior:
    """The mean of the shadow models' records, each weighed by how well it explains the weights.

    Noisy training releases about w(x) + N(0, s^2), where w(x) are the weights that the private
    record x leads to without noise, and s is a deviation for each coordinate (sums of many
    independent noises; correlations are left out). With the empirical prior, that the record is one
    of the S shadow models' x_1, ..., x_S, each as likely, the reconstruction of least squared error
    from weights v is the posterior mean

        sum_i p_i x_i with p = softmax_i(<v, w(x_i)>_s - <w(x_i), w(x_i)>_s / 2),

    where <a, b>_s = sum_j a_j b_j / s_j^2: a matched filter. w(x_i) are the weights of the shadow
    models without noise (`Study.quiet`), s the deviations of those with it. The true record is
    none of the x_i, so that neither likelihood nor prior is to be trusted fully: a power of the
    likelihood and a share of the mean image are chosen on the validation models.

    Also says which record is the likeliest.
    """

    powers: Several[Positive] = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
    """Powers to which the likelihood is raised, to choose from; 1 is Bayes' rule."""
    shares: Several[ClosedShare] = (0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
    """Shares of the posterior mean in a mixture with the mean image, to choose from."""

    def fit(self, study: Study) -> Fitted:
        scaled = Standardise().fit(study.shadows.views, study.rng)
        known = scaled(study.quiet.views)
        lengths = np.square(known).sum(axis=1)

        def scores(views: np.ndarray) -> np.ndarray:
            """The log-likelihood of each record, up to a constant: [R, S]."""
            return scaled(views) @ known.T - lengths / 2

        likeliest = best(self._tried(study, scores))
        return replace(likeliest, closest=lambda views: scores(views).argmax(axis=1))

    def _tried(self, study: Study, scores: Predictor) -> Iterator[Fitted]:
        images = study.shadows.images
        level = images.mean(axis=0, dtype=np.float64).astype(np.float32)
        judged = scores(study.validation.views)
        for power in self.powers:
            mean = _posterior_mean(power * judged, images)
            for share in self.shares:

                def predict(
                    views: np.ndarray, power: float = power, share: float = share
                ) -> np.ndarray:
                    return _mixed(share, _posterior_mean(power * scores(views), images), level)

                loss = study.loss(_mixed(share, mean, level))
                yield Fitted(predict, loss, {"power": power, "share": share})


def _posterior_mean(scores: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Images [R, p] from log-likelihoods [R, S] of records [S, p]."""
    return softmax(scores, axis=1) @ images


def _mixed(share: float, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.float32(share) * one + np.float32(1 - share) * other
