"""The first line of an audit's page: the verdict of a policy, or without limits what was found."""

from truthserum.audit.claim import Claim
from truthserum.audit.report.wording import between, does_leak, one_in
from truthserum.audit.result import Audit
from truthserum.report.numbers import number, of_thousand

GUESSING = 0.5  # of an AUC
HEADLINES = {
    "within": "Within all limits of the policy",
    "exceeds": "A limit of the policy is exceeded",
    "undecided": "Undecided: the policy cannot be answered yet",
    "void": "This audit is void: it failed a check of itself",
}


def _apart(audit: Audit) -> str:
    """How well members are told from others beyond guessing, where no coins say why."""
    leak = audit.claim("any_leak")
    if leak is None or leak.p is not None:
        return ""
    if found := _told_apart(audit):
        return f"Members are told apart from others in {_pairs(found)}"
    shown = _beyond_guessing(audit)
    return f"Of members {_how_much(audit, shown)}" if shown else ""


def _told_apart(audit: Audit, arm: str = "clean") -> Claim | None:
    """The AUC, if guessing is ruled out."""
    which = audit.claim("auc", arm)
    return which if which and which.above(GUESSING) else None


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


def says_leak(audit: Audit) -> bool:
    """Whether the first line says that it leaks, where no limit is judged."""
    return does_leak(audit) or bool(_of_some(audit))


def headline(audit: Audit, told: Claim | None) -> str:
    """The first line: the verdict, or without limits whether there is a leak.

    told: the claim at the smallest false-positive rate, if any.
    """
    if audit.policy and audit.policy.verdict != "no limit":
        return HEADLINES[audit.policy.verdict]
    if does_leak(audit):
        shown = _beyond_guessing(audit) or told
        return f"It leaks{_on_average(audit, shown)}: {_how_much(audit, shown)}"
    if some := _of_some(audit):
        return f"It leaks, though not on average: {some}"
    if found := _apart(audit):
        return f"{found}; whether that is because of the model is open"
    ways = " and ".join(_elsewhere(audit))
    if ways:
        return f"Nothing found of who was in, as models are trained; but {ways}"
    return _none_found(audit, told)


def _none_found(audit: Audit, told: Claim | None) -> str:
    """What is said where nothing was found: how much there may be at most."""
    which = audit.claim("auc")
    if told and told.known and not told.reached and which and which.known:
        return (
            f"No leak found; members are told apart from others in at most "
            f"{of_thousand(which.high)} of 1,000 pairs (guessing: {of_thousand(GUESSING)})"
        )
    if told and told.known:
        return (
            f"No leak found; at most {of_thousand(told.high)} of 1,000 could be recognised if "
            f"{one_in(told.rate)} others may be wrongly accused"
        )
    return "Not measurable: the audit is too small for an answer"


def _elsewhere(audit: Audit) -> list[str]:
    """What is found beyond chance where membership in models as they are trained is not.

    Of the released model only if members do not differ from others by themselves.
    """
    gain, bound = audit.claim("attribute_gain"), audit.claim("epsilon_lower")
    exact = audit.claim("reconstruction_exact")
    found = {
        "members of the released model are told apart from others": not audit.strangers
        and _tells(audit, "released"),
        "a worst contributor makes the model reveal who was in": _tells(audit, "poisoned"),
        "a protected column is guessed more often from models that held the record": bool(
            gain and gain.above(0)
        ),
        "whole records can be computed from the weights": bool(
            exact and exact.known and exact.value
        ),
        "a lower bound on epsilon above zero is proved": bool(bound and bound.above(0)),
    }
    return [way for way, is_found in found.items() if is_found]


def _tells(audit: Audit, arm: str) -> bool:
    """Whether guessing is ruled out of members in an arm."""
    return bool(_told_apart(audit, arm) or _beyond_guessing(audit, arm))


def _beyond_guessing(audit: Audit, arm: str = "clean") -> Claim | None:
    """The rate at the fewest false alarms at which guessing is ruled out, if there is one."""
    rates = [
        one
        for one in audit.claims
        if one.of == arm and one.measure.startswith("tpr_at_fpr_") and one.reached
    ]
    beyond = [one for one in rates if one.above(one.rate)]
    return min(beyond, key=lambda one: one.rate, default=None)


def _on_average(audit: Audit, told: Claim | None) -> str:
    """What is said first where a leak is proven, but not of the rate that follows."""
    if told is None or told.low is None or not (told.known and told.reached):
        return ""
    if told.low > told.rate:
        return ""
    names = audit.claim("named_records")
    if names and names.known and names.value:
        return f" on average, and single records show, {number(names.value)} in all"
    return " on average, and nobody is shown to be picked out"


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
