"""Differential privacy as a bound on reconstruction: ln kappa in, ln gamma out.

Let Q be the law of the output on reference data, P_z the law with record z, and S_z the outputs
from which the adversary reconstructs z within eta. A guarantee gives P_z(S_z) <= h(Q(S_z)) with h
concave and increasing, so by Jensen's inequality the mean success is at most gamma = h(kappa).
What is attributed to arXiv 2201.04845 below is so by the papers that restate it.

Adjacency. The theorem of arXiv 2201.04845 takes for Q the output with another record in place of z
(replace-one); the output without z (add/remove) serves as well. Each bound holds for either, with
the parameters of the guarantee *for that adjacency*, which `truthserum.privacy.dpsgd` states.

`log_kappa` may be an array of values of at most 0 (ValueError otherwise); results have its shape.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtri_exp

from truthserum.privacy.numeric import log, log_probability, require

FINITE = "at least 0 and finite"


@dataclass(frozen=True)
class ApproximateDP:
    """(epsilon, delta)-differential privacy: gamma = kappa e^epsilon + delta.

    That of delta = 0 is attributed to arXiv 2201.04845.
    """

    epsilon: float
    delta: float

    def __post_init__(self) -> None:
        require(0 <= self.epsilon < np.inf, "epsilon", self.epsilon, FINITE)
        require(0 <= self.delta <= 1, "delta", self.delta, "0 to 1")

    def log_success(self, log_kappa: np.ndarray | float) -> np.ndarray:
        inflated = log_probability(log_kappa) + self.epsilon
        return np.minimum(0.0, np.logaddexp(inflated, log(self.delta)))


@dataclass(frozen=True)
class RDP:
    """(alpha, epsilon)-Rényi DP: gamma = (kappa e^epsilon)^((alpha-1)/alpha) (arXiv 2201.04845)."""

    alpha: float
    epsilon: float

    def __post_init__(self) -> None:
        require(1 < self.alpha < np.inf, "alpha", self.alpha, "above 1 and finite")
        require(0 <= self.epsilon < np.inf, "epsilon", self.epsilon, FINITE)

    def log_success(self, log_kappa: np.ndarray | float) -> np.ndarray:
        exponent = (self.alpha - 1) / self.alpha
        return np.minimum(0.0, exponent * (log_probability(log_kappa) + self.epsilon))


@dataclass(frozen=True)
class ZCDP:
    """rho-zero-concentrated DP: the best of its Rényi bounds (arXiv 2201.04845, Corollary 4).

    ln gamma = -(sqrt(ln 1/kappa) - sqrt(rho))^2, and 0 once rho reaches ln 1/kappa.
    """

    rho: float

    def __post_init__(self) -> None:
        require(0 <= self.rho < np.inf, "rho", self.rho, FINITE)

    def log_success(self, log_kappa: np.ndarray | float) -> np.ndarray:
        root = np.sqrt(np.abs(log_probability(log_kappa)))
        return -(np.maximum(0.0, root - np.sqrt(self.rho)) ** 2)


@dataclass(frozen=True)
class Gaussian:
    """mu-Gaussian DP, as hard as telling N(0, 1) from N(mu, 1): gamma = Phi(Phi^-1(kappa) + mu).

    This is 1 - f(kappa) for the trade-off function f of the Gaussian mechanism, where mu is its
    sensitivity over the deviation of its noise.
    """

    mu: float

    def __post_init__(self) -> None:
        require(0 <= self.mu < np.inf, "mu", self.mu, FINITE)

    def log_success(self, log_kappa: np.ndarray | float) -> np.ndarray:
        return log_ndtr(ndtri_exp(log_probability(log_kappa)) + self.mu)

    def zcdp(self) -> ZCDP:
        """The zCDP that it implies: rho = mu^2 / 2."""
        return ZCDP(self.mu**2 / 2)

    def rdp(self, alpha: float) -> RDP:
        """The Rényi DP of order alpha that it implies: epsilon = alpha mu^2 / 2."""
        return RDP(alpha, alpha * self.mu**2 / 2)


@dataclass(frozen=True)
class FDP:
    """f-DP: gamma = 1 - f(kappa) for the trade-off function f of a privacy profile.

    f is the largest of the trade-off functions of its (epsilon, delta) pairs, as any symmetric
    trade-off function is (Dong, Roth and Su, "Gaussian Differential Privacy", arXiv 1905.02383).
    """

    profile: tuple[ApproximateDP, ...]

    def __post_init__(self) -> None:
        require(len(self.profile) > 0, "profile", "no pair", "at least one")

    def log_success(self, log_kappa: np.ndarray | float) -> np.ndarray:
        return np.min([_log_power(pair, log_kappa) for pair in self.profile], axis=0)


def _log_power(pair: ApproximateDP, log_kappa: np.ndarray | float) -> np.ndarray:
    """ln(1 - f(kappa)) for the trade-off function f of one (epsilon, delta) pair."""
    inflated = pair.log_success(log_kappa)
    # The other half of f, 1 - e^-epsilon (1 - delta - kappa), is where kappa e^epsilon is large.
    spent = np.logaddexp(log_kappa, log(pair.delta)) - pair.epsilon
    return np.minimum(inflated, np.logaddexp(log(-np.expm1(-pair.epsilon)), spent))
