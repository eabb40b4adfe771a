"""What `claims.json` says: the result of an audit but for the verdict, which a policy gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from truthserum.audit.claim import Claim
from truthserum.audit.result import (
    Audit,
    Check,
    Group,
    Grown,
    Mitigation,
    Records,
    Subject,
    Untested,
)

RULE = (
    "a record is named if the model trained on it is the surer one in so many of the pairs that, "
    "if no record showed, the chance of naming any would be at most 5 % (sign test, Holm)"
)
# What no audit of this kind tries, and why; each door adds its own.
NEVER = {
    "label_only_queries": "attacks by many queries with altered versions of a record, where only "
    "the top class is published",
    "near_duplicates": "records that resemble each other without being equal: a near twin makes a "
    "record look safer",
    "stronger_attacks": "attacks outside of this set: that no leak is found does not prove that "
    "there is none",
}
# Of who has several records, where nothing says whose a record is.
ALONE = {
    "several_records": "every record is taken to be a different person's: whoever has several may "
    "be out by one and in by another, and looks safer than they are"
}
# Of weights: what nobody reads, and where a closed form reads them, what else could be read.
UNREAD = {"model_files": "no model file is opened"}
READ = {
    "weights": "only one attack reads weights here, the closed form, which computes a record from "
    "all others"
}


@dataclass(frozen=True)
class Measured:
    """What follows from answers, as `Audit` has it. tables: by name, `records` among them."""

    claims: tuple[Claim, ...]
    groups: tuple[Group, ...]
    growth: tuple[Grown, ...]
    mitigations: tuple[Mitigation, ...]
    checks: tuple[Check, ...]
    tables: Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Result:
    """What was measured, and of what.

    skipped: what was not tested, and why. cost: of training. trained_by: what trained, in words.
    libraries: that it loaded, {name: version}; none where that is not known.
    """

    about: Subject
    measured: Measured
    skipped: Mapping[str, str]
    cost: dict[str, Any]
    trained_by: str
    libraries: Mapping[str, str]


def document(result: Result, records: Records, provenance: dict[str, Any]) -> Audit:
    """All of it; records: the table beside it."""
    found = result.measured
    read = any(claim.id.startswith("reconstruction_") for claim in found.claims)
    several = {} if result.about.declared.get("subject") else ALONE
    reasons = {**result.skipped, **(READ if read else UNREAD), **several, **NEVER}
    return Audit(
        schema=1,
        tool={"name": "truthserum audit"},
        audit=result.about,
        claims=found.claims,
        records=records,
        groups=found.groups,
        growth=found.growth,
        mitigations=found.mitigations,
        checks=found.checks,
        not_tested=tuple(Untested(*each) for each in reasons.items()),
        cost=result.cost,
        provenance=provenance,
    )
