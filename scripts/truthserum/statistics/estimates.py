"""A number that was estimated, and how far it may be off."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """An estimate and the ends of its interval, at 95 % where nothing else is said.

    The ends are NaN where nothing tells how uncertain the value is.
    """

    value: float
    low: float
    high: float

    @property
    def ends(self) -> dict[str, float]:
        """The three by name, as tables and claims have them."""
        return {"value": self.value, "low": self.low, "high": self.high}
