"""Monte-Carlo bound for DP-SGD on sampled batches.

Hayes, Mahloujifar and Balle, "Bounding Training Data Reconstruction in DP-SGD", arXiv 2302.07225:
1 - f(kappa) for the two laws that dominate the sampled steps, by the lemma of Neyman and Pearson.
Its authors' notebook (DPSGD_noAux/shared_reconstruct_with_prior.ipynb, as kept in the repository
PatriciaBalboaKIT/Understanding-Disclosure-Risk-in-Differential-Privacy) draws from the law without
the record, where a kappa below one in `draws` is lost; here the draws come from the law with it, so
that they resolve success and not kappa.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from truthserum.privacy.dpsgd import DPSGD, Adjacency
from truthserum.privacy.numeric import log, log_probability, require


@dataclass(frozen=True)
class Subsampled:
    """An upper confidence bound from `draws` simulated runs with the record, seeded.

    Adjacency is add/remove (ValueError otherwise): P is the law of the output with the record, Q
    the law without. With probability `confidence` over the draws it holds for all kappa at once.
    """

    mechanism: DPSGD
    draws: int = 100_000
    confidence: float = 0.95
    seed: int = 0

    def __post_init__(self) -> None:
        found, allowed = self.mechanism.adjacency, Adjacency.ADD_REMOVE
        require(found is allowed, "adjacency", found, str(allowed))
        require(self.draws >= 1, "draws", self.draws, "at least 1")
        require(0.5 <= self.confidence < 1, "confidence", self.confidence, "0.5 up to below 1")

    @property
    def margin(self) -> float:
        """How far the estimated success may lie below the true one.

        For every slope s, success <= s kappa + E[max(0, 1 - s Q/P)] with E over P, and the estimate
        is no less than the smallest right side. What is averaged lies in 0 to 1 and rises with
        ln P/Q, so each mean errs by at most the distance of the empirical distribution of ln P/Q
        from the true one (Dvoretzky, Kiefer and Wolfowitz, with the constant of Massart).
        """
        return float(np.sqrt(np.log(1 / (1 - self.confidence)) / (2 * self.draws)))

    @cached_property
    def _losses(self) -> np.ndarray:
        """ln P/Q of each draw from P, largest first, [draws]."""
        rng = np.random.default_rng(self.seed)
        noise, rate = self.mechanism.noise_multiplier, self.mechanism.rate
        losses = np.zeros(self.draws)
        for _ in range(self.mechanism.steps):
            taken = rng.random(self.draws) < rate
            step = taken + noise * rng.standard_normal(self.draws)
            losses += np.logaddexp(log(1 - rate), log(rate) + (step - 0.5) / noise**2)
        return np.sort(losses)[::-1]

    def log_success(self, log_kappa: np.ndarray | float) -> np.ndarray:
        """The likeliest draws are accepted until they hold kappa of Q; ln of their share of P."""
        # ln Q of the first draws: each stands for 1 / draws of P, so for Q/P as much of Q.
        spent = np.logaddexp.accumulate(-self._losses) - np.log(self.draws)
        # The draw at the boundary counts in full, which errs upwards.
        accepted = 1 + np.searchsorted(spent, log_probability(log_kappa))
        return np.log(np.minimum(1.0, accepted / self.draws + self.margin))
