"""A policy: what somebody with the right to say so allows, each limit with its source."""

import hashlib
import math
import re
from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal

from truthserum.audit.report.titles import SHARES
from truthserum.options import Maybe, Share, Text, checked, options
from truthserum.sections import Each
from truthserum.sentences import OptionError, mistyped
from truthserum.storage import written

CLAIMED = "claimed"


@options
class Limit:
    """The most that a measure may be, and who says so."""

    measure: Text
    """What is limited, as the claims name it: named_records, tpr_at_fpr_0.001, epsilon_lower, …"""
    at_most: Any
    """The limit, of a share 1 at most; claimed is the epsilon that the audit's user declares."""
    source: Text
    """Who says so, and where."""
    arm: Text = "clean"
    """Of models as they are trained (clean), or with the worst contributor (poisoned)."""
    group: str = ""
    """Of the records of one class or group alone, "column: value"."""

    def __post_init__(self) -> None:
        number = isinstance(self.at_most, Real) and not isinstance(self.at_most, bool)
        if self.at_most != CLAIMED and not (number and 0 <= self.at_most < math.inf):
            allowed = f"a number of 0 or more, or {CLAIMED}"
            raise ValueError(f"at_most: {mistyped(self.at_most, allowed)}")
        if number and self.at_most > 1 and re.fullmatch(SHARES, self.measure):
            allowed = f"1 or less, as {self.measure} is a share: 0.05 is 5 %"
            raise ValueError(f"at_most: found {self.at_most:g}, allowed is {allowed}")


@options
class Policy:
    """Limits with their sources, and what must have been tested."""

    name: Text
    """Who decides by it."""
    limits: Each[Limit] = ()
    """What may not be exceeded; none: the audit reports and does not judge."""
    prior: Maybe[Share] = None
    """Share of members among those an adversary would test: what limits on precision need."""
    confidence: Share = 0.95
    """Of the intervals that are held against the limits; must be the audit's own."""
    require: Each[Text] = ()
    """What must have been tested: names of arms (poisoned), groups, or measures."""
    undecided: Literal["fail", "pass"] = "fail"
    """What a gate does where the interval holds the limit, or decisions are too few; where nobody
    tested what is limited or required, or a self-check failed, it fails in any case."""
    caution: str = ""
    """What a reader of the verdict must know."""


@dataclass(frozen=True)
class Signed:
    """A policy with the checksum of the file that it was read from."""

    policy: Policy
    sha256: str


def read_policy(text: str, where: str) -> Signed:
    """The policy in a YAML text.

    where: the name of the file, for the error. Raises OptionError, one sentence, where it is not
    YAML, has unknown keys, a limit without a source or the same limit twice.
    """
    policy = checked(Policy, written.parsed(text, where), where)
    places = [(limit.measure, limit.arm, limit.group) for limit in policy.limits]
    for index, limit in enumerate(policy.limits):
        if places.index(places[index]) < index:
            place = f"{where}.limits.{index}"
            raise OptionError(f"{place}: found {limit.measure} again, allowed is one limit of it")
    return Signed(policy, hashlib.sha256(text.encode()).hexdigest())
