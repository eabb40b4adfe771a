"""What an audit measured: the content of claims.json, and with a policy that of audit.json.

Every key is written. One that a file lacks, as those of earlier versions may, has its default.
"""

from typing import Any, Literal

from pydantic import Field

from truthserum.audit.claim import Claim, Number, find
from truthserum.options import ClosedShare, Maybe, Natural, adapter, checked, options
from truthserum.reference import Described
from truthserum.sections import Each

Free = dict[str, Any]
Word = Literal["within", "exceeds", "undecided", "not measurable", "not tested"]
Whole = Literal["within", "exceeds", "undecided", "no limit", "void"]


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
    inputs: Each[Input] = ()
    """The files that were read."""
    declared: Free = Field(default_factory=dict)
    """What the user says and nobody checked: prior, epsilon, delta, …"""
    coins: Maybe[str] = None
    """Checksum of who was asked about and in which model, where coins of ours decided that; audits
    with the same one are paired."""


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

    by: str
    """The column, or class."""
    group: str
    """Its value."""
    records: Natural
    """How many of them were attacked."""
    named: Natural
    """Of these, how many show."""
    measures: Each[Claim] = ()
    """What was measured of them alone."""
    p: Maybe[ClosedShare] = None
    """That they leak as much as all others, corrected for the number of groups."""

    @property
    def name(self) -> str:
        """The column and its value."""
        return f"{self.by}: {self.group}"


@options
class Grown:
    """What fewer of the models would have found."""

    models: Natural
    """How many, the first of all."""
    claims: Each[Claim]
    """What the attack that is chosen among them finds."""


@options
class Shown:
    """What the mitigation that was chosen on one half of the models does on the other half."""

    id: str
    """Its name."""
    claims: Each[Claim] = ()
    """What was measured."""
    differences: Each[Claim] = ()
    """The same less what was measured without it."""


@options
class Mitigation:
    """What was tried against the leak."""

    id: str
    """Its name."""
    kind: str
    """Of output, if less is published; of training, if models are trained otherwise."""
    models: Natural
    """Models that it was measured on."""
    claims: Each[Claim]
    """What was measured with it."""
    before: Each[Claim]
    """The same without it, of as many models."""
    differences: Each[Claim] = ()
    """The former less the latter, paired."""
    best: bool = False
    """Whether it left the least on one half of the models."""
    defence: str = "none"
    """The defence that its models were trained with, of ours."""
    shown: Maybe[Shown] = None
    """Then, what it leaves on the other half."""


@options
class Check:
    """A test of the audit itself."""

    id: str
    """Its name."""
    passed: Maybe[bool]
    """Null: it does not apply, or could not be done."""
    says: str
    """What its value is."""
    value: Number = None
    """What was found."""
    low: Number = None
    """Lower end of its interval; null where there is none."""
    high: Number = None
    """Upper end of the same."""
    voids: bool = True
    """Whether the audit says nothing where it fails; else its answer is undecided."""


@options
class Untested:
    """What was not tested."""

    id: str
    """Its name."""
    reason: str
    """Why."""


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
    limits: Each[LimitResult] = ()
    """Limit by limit."""
    missing: Each[str] = ()
    """What the policy requires and nobody tested."""


@options
class Audit:
    """What an audit measured, and, once a policy was held against it, the verdict."""

    schema: Literal[1]
    """Of this format."""
    tool: Free
    """What wrote it: name, and version if it has one."""
    audit: Subject
    """What was audited."""
    claims: Each[Claim]
    """What was measured."""
    records: Maybe[Records] = None
    """The table of records, if single ones were attacked."""
    groups: Each[Group] = ()
    """The same for classes and groups."""
    growth: Each[Grown] = ()
    """What fewer models would have found, up to all of them."""
    mitigations: Each[Mitigation] = ()
    """What was tried against the leak."""
    checks: Each[Check] = ()
    """Tests of the audit itself."""
    not_tested: Each[Untested] = ()
    """What was not tested."""
    cost: Free = Field(default_factory=dict)
    """Seconds, models, cores, …"""
    provenance: Free = Field(default_factory=dict)
    """Settings, seeds, fingerprints of the code, versions of what measured, and libraries: those
    that training loaded, {name: version}."""
    policy: Maybe[PolicyResult] = None
    """The verdict; null in claims.json."""

    def claim(self, measure: str, arm: str = "clean", group: str = "") -> Claim | None:
        """The claim of a measure, of these models and of this group; None if there is none."""
        of_group = [claim for one in self.groups if one.name == group for claim in one.measures]
        return find(of_group if group else self.claims, measure, arm)

    @property
    def failed(self) -> list[Check]:
        """The self-checks that failed."""
        return [check for check in self.checks if check.passed is False]

    @property
    def strangers(self) -> bool:
        """Whether members of the released model differ from others in models that held neither."""
        return any(check.id == "blind_control" for check in self.failed)

    def beside(self, measure: str, arm: str = "clean") -> Claim:
        """The claim that stands beside another one; without a value where nobody measured it."""
        return self.claim(measure, arm) or Claim(id=measure, resolved=False)


def read_audit(written: object, where: str) -> Audit:
    """An audit from parsed JSON; OptionError: the key, what was found, what is allowed.

    where: the name of the file, for the error.
    """
    return checked(Audit, written, where)


def result_schema() -> dict[str, Any]:
    """The JSON schema (2020-12) of audit.json."""
    return adapter(Audit).json_schema(schema_generator=Described)
