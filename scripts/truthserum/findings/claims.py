"""Published claims: what was said, where our value stands, and how far the two may lie apart."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Protocol

from pydantic import BeforeValidator, Field, PlainValidator, Strict

from truthserum.options import Maybe, NonNegative, OneOf, Text, checked, options
from truthserum.sentences import listed, mistyped, wrong
from truthserum.statistics.agreement import Enclosed, exponential, logarithm
from truthserum.statistics.intervals import share_interval

Scale = Callable[[float], float]
PLACE = ("experiment", "arm", "attack", "group", "mode", "measure")
Column = Annotated[str, OneOf(PLACE)]


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


def _error(written: object) -> Error:
    match written:
        case "exact" | "unknown":
            return UNCOUNTED[written]
        case {"trials": int(count), **rest} if count > 0 and not rest:
            return Trials(count)
        case {"decisions": int(count), **rest} if count > 0 and not rest:
            return Decisions(count)
    raise wrong("error", mistyped(written, "exact, unknown, {trials: n} or {decisions: n}"))


@options
class Margin:
    """How far apart two values may lie and still agree, declared before they are compared."""

    because: Text
    """The reason."""
    absolute: Maybe[NonNegative] = None
    """A difference."""
    relative: Maybe[NonNegative] = None
    """In place of it, a share by which one may exceed the other, both ways."""

    def __post_init__(self) -> None:
        if (self.absolute is None) == (self.relative is None):
            found = "neither" if self.absolute is None else "both"
            raise ValueError(f"absolute, relative: found {found}, allowed is one of them")

    @property
    def is_factor(self) -> bool:
        """Whether it is relative."""
        return self.relative is not None

    @property
    def scale(self) -> Scale:
        """On which values are compared."""
        return logarithm if self.is_factor else float

    @property
    def back(self) -> Scale:
        """From a difference on that scale to one that readers know, or to a ratio."""
        return exponential if self.is_factor else float

    @property
    def on_scale(self) -> float:
        return math.log1p(self.relative or 0) + (self.absolute or 0)

    def __str__(self) -> str:
        if self.relative:
            return f"factor {1 + self.relative:.3g}"
        return f"± {self.absolute:.3g}" if self.absolute else "none"


@options
class Published:
    """A number, of which both ends are one, or a range."""

    low: float
    high: Annotated[float, Field(allow_inf_nan=True)]
    """Infinite where nothing is said of it."""

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"high: found {self.high}, allowed is low, {self.low}, or more")

    def __str__(self) -> str:
        low, high = _written(self.low), _written(self.high)
        if self.low == self.high:
            return low
        if math.isinf(self.high):
            return f"at least {low}"
        return f"{low} to {high}" if self.low else f"at most {high}"


def _written(number: float) -> str:
    return f"{number:,.0f}" if number >= 1000 else f"{number:.6g}"


def _range(written: object) -> object:
    return written if isinstance(written, Mapping) else {"low": written, "high": written}


@options
class Claim:
    """A published statement that some measured value can be held against."""

    claim: Text
    source: Text
    at: dict[Column, Any]
    """The columns of `PLACE` that name our value."""
    published: Annotated[Published, BeforeValidator(_range)]
    error: Annotated[Error, PlainValidator(_error)]
    """Of the ends of what is published: exact, unknown, {trials: n} or {decisions: n}."""
    margin: Margin
    setting: Text
    """Which of our settings have a source and which are our own."""
    over: dict[Column, Any] = field(default_factory=dict)
    """The columns in which the value that it is divided by stands elsewhere, if it is a ratio."""
    scales: Annotated[tuple[str, ...], Strict(False)] = ()
    """Where every setting has a source; at others the value is shown and no verdict is given."""

    def __post_init__(self) -> None:
        if len(self.at) < len(PLACE):
            raise ValueError(f"at: found {listed(self.at)}, allowed are {listed(PLACE)}")
        if self.over and not self.margin.is_factor:
            raise ValueError("margin: found absolute for a ratio, allowed is relative")
        if self.over and isinstance(self.error, Decisions):
            # one run like ours, which ratios of ours say nothing of
            raise ValueError("error: found decisions for a ratio, allowed are the others")

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> "Claim":
        """A claim from an entry of resources/claims.yaml; OptionError, naming it, if wrong."""
        return checked(cls, entry, f"claim {entry.get('claim')!r}")
