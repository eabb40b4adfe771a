"""Does a measured value agree with a published one, when both have an error?

Both are estimates with 95 % intervals on one scale: their own, or the logarithm where what counts
is the ratio. The difference has an interval by MOVER, square-and-add of the distances from the
values to the ends (Zou and Donner, "Construction of confidence limits about effect measures",
Statistics in Medicine 27, 2008). It keeps the guarantees of the two intervals, and needs no draws,
which no source publishes.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from truthserum.statistics.estimates import Interval
from truthserum.statistics.paired import holm

LEVEL = 0.05
# What 95 % intervals say of smaller probabilities: the tails of Student's t with this freedom. Of
# ledgers that hold identical simulated games of 16 models and 250 targets against each other (12
# measures, no margin) 11 % find that some differ with normal tails, 6 % with the 7 degrees of 8
# pairs of models, and 5 % with these; with the margins of the official demo 0.6 % do.
FREEDOM = 5
WIDTH = float(stdtrit(FREEDOM, 1 - LEVEL / 2))  # deviations from an estimate to its interval's end


@dataclass(frozen=True)
class Enclosed(Interval):
    """An estimate within the ends of its 95 % interval, which may be infinite.

    ValueError unless the value is a number and lies between the ends.
    """

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"interval: found {self.value} in {self.low} to {self.high}, allowed is an "
                "estimate between its ends"
            )

    @classmethod
    def exact(cls, value: float) -> "Enclosed":
        """A number without error."""
        return cls(value, value, value)

    def on(self, scale: Callable[[float], float]) -> "Enclosed":
        """The same after an increasing transformation."""
        return Enclosed(*(float(scale(each)) for each in self))


def logarithm(value: float) -> float:
    """Natural logarithm, -inf at 0."""
    return math.log(value) if value else -math.inf


def exponential(value: float) -> float:
    """Its inverse, infinite where that is."""
    return float(np.exp(value))


def difference(one: Enclosed, other: Enclosed) -> Enclosed:
    """one - other, of independent estimates.

    An end without limit stays so. Where the value has none (the logarithm of 0) the interval is the
    widest that the two allow. ValueError if neither has a limit.
    """
    value = one.value - other.value
    if not math.isfinite(value):
        return Enclosed(value, one.low - other.high, one.high - other.low)
    down = math.hypot(one.value - one.low, other.high - other.value)
    up = math.hypot(one.high - one.value, other.value - other.low)
    return Enclosed(value, value - down, value + up)


@dataclass(frozen=True)
class Comparison:
    """A measured value held against a published range, on one scale.

    below, above: the measured value less the lower and less the upper end of the range, which are
    the same for a single number. margin: by how much it may lie outside. ValueError for a negative
    margin.
    """

    below: Enclosed
    above: Enclosed
    margin: float

    def __post_init__(self) -> None:
        if not self.margin >= 0:
            raise ValueError(f"margin: found {self.margin}, allowed is at least 0")

    @property
    def inside(self) -> bool:
        """Whether both intervals lie in the range widened by the margin: they are equivalent.

        The two one-sided tests of Schuirmann (1987), each at 2.5 %: a value outside of the margin
        is taken for one inside in at most so many cases.
        """
        return self.below.low >= -self.margin and self.above.high <= self.margin

    @property
    def p(self) -> float:
        """Two-sided p-value of the hypothesis that the true value is within the margin.

        It is 5 % where the 95 % interval just touches the margin. A value without limit has no
        scale of its own: then its interval alone decides, at 5 %.
        """
        if self.above.value > self.margin:
            return _p(self.above.value, self.above.low, self.margin)
        if self.below.value < -self.margin:
            return _p(-self.below.value, -self.below.high, self.margin)
        return 1.0


def _p(value: float, near: float, margin: float) -> float:
    """Of a value above the margin, with this end of its interval towards it."""
    if math.isinf(value):
        return LEVEL if near > margin else 1.0
    if value == near:
        return 0.0
    return float(2 * stdtr(FREEDOM, -WIDTH * (value - margin) / (value - near)))


def verdicts(comparisons: Sequence[Comparison]) -> list[str]:
    """ "agrees", "differs" or "undecided" for each of the comparisons that stand together.

    agrees: the 95 % interval of the difference lies inside the margin. differs: it lies outside, at
    a level corrected for the number of comparisons, so that of all these at most 5 % of the time
    any is said to differ that does not. undecided: neither.
    """
    names = []
    corrected = holm(np.array([each.p for each in comparisons]))
    for each, p in zip(comparisons, corrected, strict=True):
        names.append("agrees" if each.inside else "differs" if p <= LEVEL else "undecided")
    return names
