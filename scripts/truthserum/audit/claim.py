"""One measured number of an audit."""

import math
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

from truthserum.options import ClosedShare, Maybe, Natural, Share, Written, options
from truthserum.sections import Each
from truthserum.statistics.estimates import Interval

FEWEST_CHOSEN = 4  # models, of which one half chooses an attack that the other reports
Number = Maybe[Annotated[float, Written]]


@options
class Claim:
    """One measured number with its interval and the decisions behind it."""

    id: str
    """What is measured: tpr_at_fpr_0.001, auc, named_records, any_leak, epsilon_lower, …; of
    another arm than clean with its name before it, poisoned.auc."""
    value: Number = None
    """The estimate; null where it is not resolved."""
    low: Number = None
    """Lower end of the interval; null where there is none."""
    high: Number = None
    """Upper end; null for what is bounded from below alone."""
    confidence: Share = 0.95
    """Of the interval, two-sided."""
    positives: Natural = 0
    """Decisions on members behind it."""
    negatives: Natural = 0
    """Decisions on others behind it."""
    models: Natural = 0
    """Models behind it."""
    attack: str = ""
    """Which attack, or which ones where the two halves of the models chose others."""
    signal: str = ""
    """What the attack reads of an answer."""
    resolved: bool = True
    """False: too few decisions for the level, so there is no value."""
    coarse: bool = False
    """Fewer than ten false positives are expected at the level."""
    reached: bool = True
    """False: answers are so coarse that no threshold accuses so few others."""
    arm: str = "clean"
    """As trained (clean), with the worst contributor (poisoned), a mitigation, or two compared."""
    p: Maybe[ClosedShare] = None
    """Of a test, that there is nothing."""
    level: Maybe[Share] = None
    """Of the test."""
    draws: Maybe[Natural] = None
    """Of a randomisation test."""
    asked: Maybe[Natural] = None
    """Records that were asked about."""
    ceiling: Number = None
    """The most that this audit could have shown."""
    coins: Maybe[Natural] = None
    """Of a bound on epsilon: coins that were thrown."""
    guesses: Maybe[Natural] = None
    """Of these, how many were guessed."""
    correct: Maybe[Natural] = None
    """Of the guesses, how many were right."""
    claimed: Number = None
    """The epsilon that the user claims."""
    delta: Number = None
    """The delta of both."""
    claim: Maybe[str] = None
    """Whether the claim is contradicted; it is never confirmed."""
    reason: str = ""
    """Why it is not resolved."""
    pairs: Each[float] = ()
    """Of a mean over pairs of models, the estimate of each, in order: for paired comparisons."""
    drawn: Each[Number] = ()
    """Its bootstrap draws, which draw the same models and records where the coins are the same:
    for paired comparisons."""

    @property
    def measure(self) -> str:
        """What is measured, without the arm."""
        return self.id[len(_before(self.id)) :]

    @property
    def of(self) -> str:
        """Which arm or comparison of arms."""
        return _before(self.id)[:-1] or "clean"

    @property
    def rate(self) -> float:
        """Of a true-positive rate, the false-positive rate that it is at."""
        return float(self.measure.rpartition("_")[2])

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return self.resolved and self.value is not None

    def above(self, level: float) -> bool:
        """Whether the whole interval lies above a level."""
        return self.known and self.low is not None and self.low > level

    @property
    def interval(self) -> Interval | None:
        """The value and its interval; None where there is none, or an end of it is missing."""
        if not self.resolved or self.value is None or self.low is None or self.high is None:
            return None
        return Interval(self.value, self.low, self.high)


def finite(value: float) -> float | None:
    """A number as a claim has it; None for what is none."""
    return float(value) if math.isfinite(value) else None


def ends(found: Interval) -> tuple[float | None, float | None, float | None]:
    """Value, lower and upper end of an estimate, as a claim has them."""
    return finite(found.value), finite(found.low), finite(found.high)


def in_arm(arm: str, claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Claims on another arm than clean, whose name is put before their ids."""
    return tuple(replace(one, id=f"{arm}.{one.id}", arm=arm) for one in claims)


def _before(name: str) -> str:
    """The arm before a measure, with its dot: a dot before a digit is one of a number."""
    found = re.match(r"[a-z][a-z0-9_]*\.(?=[a-z])", name)
    return found[0] if found else ""


def find(claims: Iterable[Claim], measure: str, arm: str = "clean") -> Claim | None:
    """The first of the claims that is of this measure and arm; None if there is none."""
    return next((one for one in claims if (one.measure, one.of) == (measure, arm)), None)
