"""Published claims: what was said, where our value stands, and how far the two may lie apart."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from truthserum.statistics.agreement import Enclosed, exponential, logarithm
from truthserum.statistics.intervals import share_interval

Scale = Callable[[float], float]
PLACE = ("experiment", "arm", "attack", "group", "mode", "measure")


class Error(Protocol):
    """The error of a published value."""

    def around(self, value: float, scale: Scale, ours: Enclosed, decisions: int) -> Enclosed:
        """The published value with its interval, both on a scale.

        ours: our value on that scale; decisions: how many stand behind it.
        """

    def __str__(self) -> str:
        """What readers are told of it."""


@dataclass(frozen=True)
class AsPrinted:
    """None, or none that is known: our interval is compared with the number as it was printed."""

    words: str

    def around(self, value: float, scale: Scale, ours: Enclosed, decisions: int) -> Enclosed:
        return Enclosed.exact(scale(value))

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Trials:
    """That of a share of so many independent trials: the interval of Clopper and Pearson."""

    count: int

    def around(self, value: float, scale: Scale, ours: Enclosed, decisions: int) -> Enclosed:
        _, low, high = share_interval(round(value * self.count), self.count)
        return Enclosed(value, min(value, low), max(value, high)).on(scale)

    def __str__(self) -> str:
        return f"{self.count:,} trials"


@dataclass(frozen=True)
class Decisions:
    """That of one noisy run of the same kind as ours, with so many decisions.

    Decisions that share a model or a target are not independent, so that a binomial error is too
    small: in simulated games of 16 models and 250 targets like the official demo the deviation of
    AUC and accuracy is up to 1.7 times the binomial one, that of TPR at 0.1 % FPR, which hangs on
    two false positives, 8 to 9 times. Our own bootstrap draws models and targets; its interval,
    the error of a decision with both effects in it, is carried over to the published number of
    decisions: distances to the ends grow with the root of ours over theirs. Where theirs are fewer
    because it had fewer models for as many targets, this is more than enough, as the targets' part
    of the error is the same.
    """

    count: int

    def around(self, value: float, scale: Scale, ours: Enclosed, decisions: int) -> Enclosed:
        if not math.isfinite(ours.value):
            return Enclosed(scale(value), -math.inf, math.inf)
        grown = math.sqrt(decisions / self.count)
        down, up = ours.value - ours.low, ours.high - ours.value
        return Enclosed(scale(value), scale(value) - grown * down, scale(value) + grown * up)

    def __str__(self) -> str:
        return f"{self.count:,} decisions"


# `exact` are a count and what follows from settings.
UNCOUNTED = {"exact": AsPrinted("exact"), "unknown": AsPrinted("error unknown")}
COUNTED: dict[str, Callable[[int], Error]] = {"trials": Trials, "decisions": Decisions}


def _error(entry: object) -> Error:
    """From claims.yaml: exact, unknown, {trials: n} or {decisions: n}."""
    if isinstance(entry, Mapping) and len(entry) == 1:
        ((kind, count),) = entry.items()
        if kind in COUNTED and isinstance(count, int) and count > 0:
            return COUNTED[kind](count)
    elif isinstance(entry, str) and entry in UNCOUNTED:
        return UNCOUNTED[entry]
    raise ValueError(
        f"error: found {entry!r}, allowed are exact, unknown, {{trials: n}} and {{decisions: n}}"
    )


@dataclass(frozen=True)
class Margin:
    """How far apart two values may lie and still agree, declared before they are compared.

    size: a difference, or, if `relative`, a share by which one may exceed the other, both ways.
    because: the reason. ValueError for a negative size.
    """

    size: float
    relative: bool
    because: str

    def __post_init__(self) -> None:
        if not self.size >= 0:
            raise ValueError(f"margin: found {self.size}, allowed is at least 0")

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> "Margin":
        """From claims.yaml: {absolute: size, because: reason}, or relative in place of absolute."""
        kinds = set(entry) - {"because"}
        if kinds not in ({"absolute"}, {"relative"}) or not entry.get("because"):
            raise ValueError(
                f"margin: found {sorted(entry)}, allowed are because and one of absolute, relative"
            )
        (kind,) = kinds
        return cls(float(entry[kind]), kind == "relative", entry["because"])

    @property
    def scale(self) -> Scale:
        """On which values are compared."""
        return logarithm if self.relative else float

    @property
    def back(self) -> Scale:
        """From a difference on that scale to one that readers know, or to a ratio."""
        return exponential if self.relative else float

    @property
    def on_scale(self) -> float:
        return math.log1p(self.size) if self.relative else self.size

    def __str__(self) -> str:
        if not self.size:
            return "none"
        return f"factor {1 + self.size:.3g}" if self.relative else f"± {self.size:.3g}"


@dataclass(frozen=True)
class Claim:
    """A published statement that some measured value can be held against.

    at: the columns of `PLACE` that name our value. over: the columns in which the value that it is
    divided by stands elsewhere; none for a value by itself. low, high: the published range, equal
    for a single number; high may be infinite. error: of its ends. margin: see there. setting: which
    of our settings have a source and which are our own. scales: where every one has; at others the
    value is shown and no verdict is given.
    ValueError for a place that is not fully named, an empty range, and a ratio that is not compared
    by its relative difference, or whose published value is one run like ours, which ratios of ours
    say nothing of.
    """

    claim: str
    source: str
    at: Mapping[str, Any]
    over: Mapping[str, Any]
    low: float
    high: float
    error: Error
    margin: Margin
    setting: str
    scales: tuple[str, ...]

    def __post_init__(self) -> None:
        if set(self.at) != set(PLACE):
            raise ValueError(f"at: found {sorted(self.at)}, allowed are {PLACE}")
        if not set(self.over) <= set(PLACE):
            raise ValueError(f"over: found {sorted(self.over)}, allowed are some of {PLACE}")
        if not self.low <= self.high:
            raise ValueError(f"published: found {self.low} to {self.high}, allowed is low to high")
        if self.over and not self.margin.relative:
            raise ValueError("margin: found absolute for a ratio, allowed is relative")
        if self.over and isinstance(self.error, Decisions):
            raise ValueError("error: found decisions for a ratio, allowed are the others")

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> "Claim":
        """A claim from an entry of resources/claims.yaml; ValueError, naming the claim, if bad."""
        known = {"claim", "source", "at", "published", "error", "margin", "setting"}
        optional = {"over", "scales"}
        try:
            if set(entry) - optional != known:
                raise ValueError(
                    f"found {sorted(entry)}, allowed are {sorted(known)} and {sorted(optional)}"
                )
            published = entry["published"]
            if not isinstance(published, Mapping):
                published = {"low": published, "high": published}
            return cls(
                **{key: entry[key] for key in ("claim", "source", "at", "setting")},
                over=entry.get("over", {}),
                low=float(published["low"]),
                high=float(published["high"]),
                error=_error(entry["error"]),
                margin=Margin.read(entry["margin"]),
                scales=tuple(entry.get("scales", ())),
            )
        except ValueError as error:
            raise ValueError(f"claim {entry.get('claim')!r}: {error}") from error

    @property
    def published(self) -> str:
        """The number or the range, in words."""
        low, high = _written(self.low), _written(self.high)
        if self.low == self.high:
            return low
        if math.isinf(self.high):
            return f"at least {low}"
        return f"{low} to {high}" if self.low else f"at most {high}"


def _written(number: float) -> str:
    return f"{number:,.0f}" if number >= 1000 else f"{number:.6g}"
