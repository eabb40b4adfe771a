"""What an audit measured: the content of claims.json, and with a policy that of audit.json."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, Strict

from truthserum.options import ClosedShare, Maybe, Natural, Share, adapter, checked, options
from truthserum.reference import Described

T = TypeVar("T")
Listed = Annotated[tuple[T, ...], Strict(False)]
Number = Maybe[float]
Free = dict[str, Any]
Word = Literal["within", "exceeds", "undecided", "not measurable", "not tested"]
Whole = Literal["within", "exceeds", "undecided", "no limit", "void"]


@options
class Claim:
    """One measured number with its interval and the decisions behind it."""

    id: str
    """What is measured: tpr_at_fpr_0.001, auc, named_records, any_leak, epsilon_lower, …; of
    another arm than clean with its name before it, poisoned.auc."""
    value: Number = None
    """The estimate; null where it is not resolved."""
    low: Number = None
    """Lower end of the interval."""
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
    """Which attack, or that it was chosen among several."""
    signal: str = ""
    """What the attack reads of an answer."""
    resolved: bool = True
    """False: too few decisions for the level, so there is no value."""
    arm: str = "clean"
    """As trained (clean), with the worst contributor (poisoned), or a mitigation."""
    group: str = ""
    """Of whom: empty for all, else "column: value", as in groups."""
    p: Maybe[ClosedShare] = None
    """Of a test, that there is nothing."""
    ceiling: Number = None
    """The most that this audit could have shown."""
    coarse: bool = False
    """Fewer than ten false positives are expected at the level."""
    level: Maybe[Share] = None
    """Of a test."""
    draws: Maybe[Natural] = None
    """Of a randomisation test or a bootstrap."""
    share: Maybe[Free] = None
    """The same as a share of those asked: value, low, high."""
    asked: Maybe[Natural] = None
    """Records that were asked about."""
    reason: str = ""
    """Why it is not resolved."""
    note: str = ""
    """What a reader must know of it."""
    pairs: Listed[float] = ()
    """The estimate of each pair of models, in order: what paired comparisons need."""

    @property
    def measure(self) -> str:
        """What is measured, without the arm."""
        return self.id.removeprefix(f"{self.arm}.")


@options
class Input:
    """A file that was read."""

    path: str
    """Where it lay."""
    sha256: str
    """Its checksum."""
    rows: Natural
    """How many records it held."""


@options
class Subject:
    """What was audited."""

    name: str
    """Of the audit."""
    door: str
    """How the model came in: scores, recipe, function or command."""
    inputs: Listed[Input] = ()
    """The files that were read."""
    declared: Free = Field(default_factory=dict)
    """What the user says and nobody checked: prior, epsilon, delta, …"""


@options
class Records:
    """The table of records beside it."""

    file: str
    """Its name."""
    sha256: str
    """Its checksum."""
    asked: Natural
    """Records that were attacked one by one."""
    named: Natural
    """Of these, how many show."""
    rule: str
    """When a record is named."""


@options
class Group:
    """Records that share a class or the value of a column."""

    group: str
    """The column and its value, "column: value"; or "class: name"."""
    asked: Natural
    """Its records that were attacked."""
    named: Natural
    """Of these, how many show."""
    claims: Listed[Claim] = ()
    """What was measured of them alone."""


@options
class Mitigation:
    """What was tried against the leak."""

    name: str
    """As the user named it."""
    leak: Claim
    """The leak with it."""
    leak_before: Claim
    """The leak without it, with as many models."""
    change: Maybe[Claim] = None
    """Their difference, paired where the coins are the same."""
    accuracy: Number = None
    """Share of right answers with it."""
    accuracy_before: Number = None
    """The same without it."""
    models: Natural = 0
    """Models trained for it."""
    caution: str = ""
    """The word that belongs beside it."""


@options
class Check:
    """A test of the audit itself."""

    id: str
    """Its name."""
    passed: Maybe[bool]
    """Null: it does not apply, or could not be done."""
    detail: str
    """What was found."""
    voids: bool = True
    """Whether the audit says nothing where it fails; else its answer is undecided."""


@options
class Untested:
    """What was not tested."""

    what: str
    """In words."""
    why: str
    """The reason."""


@options
class LimitResult:
    """A limit of the policy, and what it was held against."""

    measure: str
    """What is limited."""
    at_most: float
    """The limit."""
    source: str
    """Who says so."""
    verdict: Word
    """Of the interval against the limit."""
    reason: str
    """In one sentence."""
    arm: str = "clean"
    """Of which models."""
    group: str = ""
    """Of whom."""
    value: Number = None
    """What was measured."""
    low: Number = None
    """Lower end of its interval."""
    high: Number = None
    """Upper end of its interval."""


@options
class PolicyResult:
    """A policy, and the verdict by it."""

    name: str
    """Of the policy."""
    sha256: str
    """Checksum of its file."""
    verdict: Whole
    """Of the whole."""
    because: str
    """In one sentence."""
    undecided: Literal["fail", "pass"]
    """What an undecided verdict does to a gate."""
    caution: str = ""
    """What the policy's author warns of."""
    limits: Listed[LimitResult] = ()
    """Limit by limit."""
    missing: Listed[str] = ()
    """What the policy requires and nobody tested."""


@options
class Audit:
    """What an audit measured, and, once a policy was held against it, the verdict."""

    schema: Literal[1]
    """Of this format."""
    tool: str
    """What wrote it, with its version."""
    audit: Subject
    """What was audited."""
    claims: Listed[Claim]
    """What was measured."""
    records: Maybe[Records] = None
    """The table of records, if single ones were attacked."""
    groups: Listed[Group] = ()
    """The same for classes and groups."""
    mitigations: Listed[Mitigation] = ()
    """What was tried against the leak."""
    checks: Listed[Check] = ()
    """Tests of the audit itself."""
    not_tested: Listed[Untested] = ()
    """What was not tested."""
    cost: Free = Field(default_factory=dict)
    """Seconds, models, cores, …"""
    provenance: Free = Field(default_factory=dict)
    """Settings, seeds, versions, fingerprints of the code."""
    policy: Maybe[PolicyResult] = None
    """The verdict; null in claims.json."""

    def claim(self, measure: str, arm: str = "clean", group: str = "") -> Claim | None:
        """The claim of a measure, of these models and of this group; None if there is none."""
        of_groups = [claim for one in self.groups for claim in one.claims]
        found = (measure, arm, group)
        return next(
            (c for c in (*self.claims, *of_groups) if (c.measure, c.arm, c.group) == found), None
        )


def read_audit(written: object, where: str) -> Audit:
    """An audit from parsed JSON; OptionError: the key, what was found, what is allowed.

    where: the name of the file, for the error.
    """
    return checked(Audit, written, where)


def result_schema() -> dict[str, Any]:
    """The JSON schema (2020-12) of audit.json."""
    return adapter(Audit).json_schema(schema_generator=Described)


def with_policy(written: Mapping[str, Any], policy: PolicyResult) -> dict[str, Any]:
    """The content of audit.json: all of claims.json, and the verdict."""
    return {**written, "policy": asdict(policy)}
