"""Policies of audits, read before anything runs that they are to judge."""

from collections.abc import Mapping
from pathlib import Path

from truthserum.audit.claim import Claim
from truthserum.audit.report.policy import CLAIMED, read_policy
from truthserum.sentences import OptionError, choice, listed
from truthserum.storage.written import text_of
from workflow.audit_plan import Plan
from workflow.gathered import POLICIES


def policy_file(plan: Plan, presets: Mapping[str, str]) -> str:
    """The file of an audit's policy: a path that is named, or that of a preset.

    presets: {name: file}. OptionError, one sentence, for a policy that is none, or that limits a
    claimed epsilon where none is.
    """
    where, named = f"audits.{plan.name}.policy", plan.audit.policy
    if Path(named).suffix not in POLICIES:
        choice(where, named, [*presets, f"a file ({', '.join(sorted(POLICIES))})"])
        named = presets[named]
    try:
        text = text_of(Path(named))
    except OptionError as error:
        raise OptionError(f"{where}: {error}, or {listed(presets)}") from None
    policy = read_policy(text, named).policy
    if policy.confidence != Claim.confidence:
        raise OptionError(
            f"{where}: found the confidence {policy.confidence}, allowed is {Claim.confidence}, as "
            "all intervals have"
        )
    claimed = [one for one in policy.limits if one.at_most == CLAIMED]
    if claimed and plan.audit.epsilon is None:
        raise OptionError(
            f"{where}: found {CLAIMED} as a limit of {claimed[0].measure}, allowed with `epsilon`, "
            "which is what is claimed"
        )
    return named
