"""The first line of an audit's page: the verdict of a policy, or without limits what was found."""

from truthserum.audit.claim import Claim
from truthserum.audit.report.wording import between, does_leak, number, of_thousand, one_in
from truthserum.audit.result import Audit

GUESSING = 0.5  # of an AUC
HEADLINES = {
    "within": "Within all limits of the policy",
    "exceeds": "A limit of the policy is exceeded",
    "undecided": "Undecided: the policy cannot be answered yet",
    "void": "This audit is void: it failed a check of itself",
}


def apart(audit: Audit) -> Claim | None:
    """How often members are told from others beyond guessing, where no coins say why."""
    leak = audit.claim("any_leak")
    return _told_apart(audit) if leak and leak.p is None else None


def _told_apart(audit: Audit) -> Claim | None:
    """The AUC, if guessing is ruled out."""
    which = audit.claim("auc")
    return which if which and which.known and (which.low or 0) > GUESSING else None


def _of_some(audit: Audit) -> str:
    """What is found beyond chance where models are on average no surer of members: of single
    records, or of all as members vary less than others do. Nothing where coins were not thrown.
    """
    leak, names = audit.claim("any_leak"), audit.claim("named_records")
    if leak is None or leak.p is None:
        return ""
    if names and names.known and names.value:
        return f"single records show beyond chance that they were in, {number(names.value)} in all"
    shown = _beyond_guessing(audit)
    return _how_much(audit, shown) if shown or _told_apart(audit) else ""


def headline(audit: Audit, told: Claim | None) -> str:
    """The first line: the verdict, or without limits whether there is a leak.

    told: the claim at the smallest false-positive rate, if any.
    """
    if audit.policy and audit.policy.verdict != "no limit":
        return HEADLINES[audit.policy.verdict]
    if does_leak(audit):
        shown = _beyond_guessing(audit) or told
        return f"It leaks{_on_average(shown)}: {_how_much(audit, shown)}"
    if some := _of_some(audit):
        return f"It leaks, though not on average: {some}"
    if found := apart(audit):
        return (
            f"Members are told apart from others in {_pairs(found)}; whether that is because of "
            "the model is open"
        )
    if told and told.known:
        return (
            f"No leak found; at most {of_thousand(told.high)} of 1,000 could be recognised if "
            f"{one_in(told.rate)} others may be wrongly accused"
        )
    return "Not measurable: the audit is too small for an answer"


def _beyond_guessing(audit: Audit) -> Claim | None:
    """The rate at the fewest false alarms at which guessing is ruled out, if there is one."""
    rates = [one for one in audit.claims if one.id.startswith("tpr_at_fpr_") and one.known]
    beyond = [one for one in rates if one.reached and (one.low or 0) > one.rate]
    return min(beyond, key=lambda one: one.rate, default=None)


def _on_average(told: Claim | None) -> str:
    """What is said first where a leak is proven, but not of the rate that follows."""
    if told is None or told.low is None or not (told.known and told.reached):
        return ""
    return " on average, and nobody is shown to be picked out" * (told.low <= told.rate)


def _how_much(audit: Audit, told: Claim | None) -> str:
    """How large a leak is: a small one that is proven is still small."""
    if told and told.known and told.reached:
        return (
            f"{between(told, of_thousand)} of 1,000 could be recognised if {one_in(told.rate)} "
            f"others may be wrongly accused (guessing: {of_thousand(told.rate)})"
        )
    which = audit.claim("auc")
    if which and which.known:
        return f"members are told apart from others in {_pairs(which)}"
    return "the model reveals who was in its training data"


def _pairs(which: Claim) -> str:
    """How often a member is told from another."""
    return f"{between(which, of_thousand)} of 1,000 pairs (guessing: {of_thousand(GUESSING)})"
