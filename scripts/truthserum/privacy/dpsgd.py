"""DP-SGD, the mechanism whose output the informed adversary sees.

Each step sums the per-example gradients, clipped to norm C, and adds N(0, (noise_multiplier C)^2).
All noisy sums count as released, which covers an adversary who sees the last weights only.
"""

import math
from dataclasses import dataclass
from enum import Enum

from truthserum.privacy.guarantees import Gaussian
from truthserum.privacy.numeric import require


class Adjacency(Enum):
    """Which data sets count as neighbours; the value is the sensitivity of the sum, in C."""

    ADD_REMOVE = 1
    REPLACE_ONE = 2


@dataclass(frozen=True)
class DPSGD:
    """`steps` noisy steps on Poisson samples, each record taken with probability `rate`.

    A rate of 1 is full-batch descent. noise_multiplier: deviation of the noise on the sum over the
    clip norm C, whatever the adjacency.
    """

    noise_multiplier: float
    steps: int
    rate: float
    adjacency: Adjacency

    def __post_init__(self) -> None:
        noise = self.noise_multiplier
        require(0 < noise < math.inf, "noise_multiplier", noise, "positive and finite")
        whole = self.steps >= 1 and float(self.steps).is_integer()
        require(whole, "steps", self.steps, "a whole number, at least 1")
        require(0 < self.rate <= 1, "rate", self.rate, "above 0 up to 1")
        known = isinstance(self.adjacency, Adjacency)
        require(known, "adjacency", self.adjacency, " or ".join(map(str, Adjacency)))

    def gaussian(self) -> Gaussian:
        """The Gaussian DP of full-batch descent: mu = sqrt(steps) sensitivity / noise_multiplier.

        The sensitivity is 1 for add/remove and 2 for replace-one. ValueError unless rate is 1.
        """
        require(self.rate == 1, "rate", self.rate, "1, as sampled descent is not Gaussian")
        return Gaussian(math.sqrt(self.steps) * self.adjacency.value / self.noise_multiplier)
