"""A number that was estimated, and how far it may be off."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """An estimate and the ends of its interval, at 95 % where nothing else is said.

    The ends are NaN where nothing tells how uncertain the value is.
    """

    value: float
    low: float
    high: float

    def __iter__(self) -> Iterator[float]:
        """The value, the lower end and the upper end."""
        return iter((self.value, self.low, self.high))

    @property
    def ends(self) -> dict[str, float]:
        """The three by name, as tables and claims have them."""
        return dict(zip(("value", "low", "high"), self, strict=True))
