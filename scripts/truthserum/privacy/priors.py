"""What a guess that never saw the model achieves: ln kappa of a prior, at an error eta.

kappa(eta) = max over guesses z0 of Pr[error(Z, z0) <= eta] for a record Z drawn from the prior
(arXiv 2201.04845; the closed forms are of its Propositions 6 and 7, as later papers restate them).
`error` may be an array; the result has its shape.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from truthserum.privacy.numeric import log, require


class Prior(Protocol):
    """What the adversary believes about the record before seeing the model."""

    def log_kappa(self, error: np.ndarray | float) -> np.ndarray:
        """ln of the success of the best blind guess at this error."""


@dataclass(frozen=True)
class Finite:
    """Uniform over `size` candidates; the error is 0 for the right candidate and 1 for others."""

    size: int

    def __post_init__(self) -> None:
        require(self.size >= 1, "size", self.size, "at least 1")

    def log_kappa(self, error: np.ndarray | float = 0.0) -> np.ndarray:
        """-ln size below an error of 1. ValueError if an error is negative."""
        return np.where(_errors(error) < 1, -np.log(self.size), 0.0)


@dataclass(frozen=True)
class Ball:
    """Uniform in a ball of `radius` in `dimension` coordinates; the error is the L2 distance."""

    radius: float
    dimension: int

    def __post_init__(self) -> None:
        require(0 < self.radius < np.inf, "radius", self.radius, "positive and finite")
        require(self.dimension >= 1, "dimension", self.dimension, "at least 1")

    def log_kappa(self, error: np.ndarray | float) -> np.ndarray:
        """dimension ln(error / radius), at most 0. ValueError if an error is negative."""
        return np.minimum(0.0, self.dimension * log(_errors(error) / self.radius))


def _errors(error: np.ndarray | float) -> np.ndarray:
    error = np.asarray(error, float)
    require(bool((error >= 0).all()), "error", np.min(error, initial=np.inf), "at least 0")
    return error
