"""Measures in words for people who are no statisticians: shares as so many of 1,000."""

import re
from collections.abc import Callable, Mapping

from truthserum.audit.claim import Claim
from truthserum.audit.report.titles import SHARES, TITLES
from truthserum.audit.result import Audit, LimitResult
from truthserum.report.numbers import NO_BREAK, number, of_thousand, percent

ARMS = {
    "clean": "",
    "released": "the released model",
    "poisoned": "with the worst contributor",
    "poisoned_targets_clean": "the same records without the worst contributor",
    "poisoned_minus_clean": "what the worst contributor adds",
    "without_exposed": "without the exposed records",
}
ANSWERED = ("clean", "released", "poisoned", "without_exposed")
OF_OTHERS = {"newly_named"}  # measures that are answered though they are not of the clean arm
ALIKE = (
    "Answers are too coarse for so few false alarms. That is not safety: see which of two was in."
)
POINTS = "Changes of shares are in percentage points: from 33 % to 28 % is −5 %."
NO_BOUND = "no lower bound on epsilon above zero"


Written = Callable[[float | None], str]


def between(claim: Claim, written: Written) -> str:
    """ "118 [99, 140]"; without an upper end "1.3 or more"; a count alone."""
    return NO_BREAK.join(filter(None, (point(claim, written), interval(claim, written))))


def point(claim: Claim, written: Written) -> str:
    """The same without what stands in brackets."""
    if not claim.known:
        return "not measurable"
    if claim.low is None or claim.high is not None:
        return written(claim.value)
    return f"{written(claim.value)} or more" if claim.value else "none above 0"


def interval(claim: Claim, written: Written) -> str:
    """What stands in brackets; nothing where there are not two ends that differ."""
    if not claim.known or None in (claim.low, claim.high) or claim.low == claim.high:
        return ""
    return f"[{written(claim.low)}, {written(claim.high)}]"


def writer(measure: str) -> Written:
    """How values of a measure are written in tables: shares as percentages."""
    return percent if re.fullmatch(SHARES, measure) else number


def measured(claim: Claim) -> str:
    """The estimate and its interval as tables show them."""
    return between(claim, writer(claim.measure))


def estimate(limit: LimitResult) -> str:
    """What a limit is held against, as tables show it; a dash where nothing was measured."""
    if limit.value is None:
        return "–"
    return measured(Claim(id=limit.measure, value=limit.value, low=limit.low, high=limit.high))


def one_in(rate: float) -> str:
    """A small rate as people say it: "1 in 1,000"."""
    return f"1 in {round(1 / rate):,}"


def title(measure: str, arm: str = "clean", group: str = "") -> str:
    """A measure as rows of tables name it; one without a name of ours is shown as it is called."""
    found = measure
    for pattern, words in TITLES.items():
        if match := re.fullmatch(pattern, measure):
            found = words.format(*(one_in(float(rate)) for rate in match.groups()))
    places = [found, ARMS.get(arm, arm), group]
    return ", ".join(part for part in places if part)


def unit_of(audit: Audit) -> str:
    """What a record is of, in the plural: as is declared, else people, if each has one."""
    declared = audit.audit.declared
    return str(declared.get("unit") or ("records" if declared.get("subject") else "people"))


def sentence(claim: Claim, audit: Audit) -> str:
    """What a claim says, for somebody who will not look a word up."""
    before = ARMS.get(claim.of, claim.of)
    for pattern, words in SENTENCES.items():
        if match := re.fullmatch(pattern, claim.measure):
            said = words(claim, audit, *map(float, match.groups()))
            break
    else:
        said = f"{claim.measure}: {measured(claim)}."
    return f"{before[0].upper()}{before[1:]}: {said[0].lower()}{said[1:]}" if before else said


def _told(claim: Claim, audit: Audit, rate: float) -> str:
    who = unit_of(audit)
    if not claim.known:
        return (
            f"How many {who} could be recognised if {one_in(rate)} others may be wrongly accused "
            f"is not measurable: {claim.negatives:,} decisions on others are too few."
        )
    without = audit.claim(claim.measure, f"{claim.of}_targets_clean")
    beside = f"; {between(without, of_thousand)} of the same without it" if without else ""
    several = (
        " Whoever has several can be recognised by any of them."
        if audit.audit.declared.get("subject")
        else ""
    )
    return (
        f"Of 1,000 {who} that the model was trained on, {between(claim, of_thousand)} could be "
        f"recognised if {one_in(rate)} others may be wrongly accused{beside}. Guessing would "
        f"recognise {of_thousand(rate)}.{several}{'' if claim.reached else f' {ALIKE}'}"
    )


def _which(claim: Claim, audit: Audit) -> str:
    return (
        f"Shown one who was in and one who was not, the attack picks the right one "
        f"{between(claim, of_thousand)} times in 1,000; guessing does so 500 times. This is an "
        "average: a few who are fully exposed hardly change it."
    )


def _named(claim: Claim, audit: Audit) -> str:
    records = audit.records
    asked = f" of {records.asked:,}" if records else ""
    if not claim.known:
        why = claim.reason or "There are too few models for a proof of one"
        return f"Single records cannot be named. {why[0].upper()}{why[1:].rstrip('.')}."
    if not claim.value:
        return f"No single record{asked} shows beyond chance that it was in."
    s, who, whose = ("s", "it was", "its") if claim.value == 1 else ("", "they were", "their")
    return (
        f"{between(claim, number)}{asked} single records show{s} beyond chance that {who} in. "
        f"That proves {whose} influence on the model, not yet what an outsider can see."
    )


def _newly(claim: Claim, audit: Audit) -> str:
    if not claim.known:
        return f"No record was left out, and nothing was trained again: {claim.reason}."
    left = audit.beside("left", claim.of)
    return (
        f"After {number(left.value)} record{' was' if left.value == 1 else 's were'} left out "
        "(what shows most clearly, and what is in or out together with that) and all was trained "
        f"again, {number(claim.value)} of the {claim.asked:,} others showed that had not shown "
        "before. Training again changes by itself who shows, so that this may be chance alone. "
        "Leaving records out protects those who leave."
    )


def _attribute(claim: Claim, audit: Audit) -> str:
    beside = {name: audit.beside(f"attribute_{name}") for name in ("control", "guess", "gain")}
    control, guess = (between(beside[name], of_thousand) for name in ("control", "guess"))
    column = audit.audit.declared.get("protect")
    return (
        f"Somebody who knows all of a record but {column} guesses it correctly "
        f"{between(claim, of_thousand)} times in 1,000 from a model that was trained on it, "
        f"{control} times from one that was not, and {guess} times from the other columns alone. "
        f"What the model reveals about its own records is the difference to the better of these "
        f"two, {between(beside['gain'], of_thousand)}."
    )


def _exact(claim: Claim, audit: Audit) -> str:
    rounded = audit.claim("reconstruction_rounded")
    beside = f"; {between(rounded, of_thousand)} from weights of three decimals" if rounded else ""
    return (
        f"If the weights are released, somebody who knows all other records computes the last one "
        f"exactly: {between(claim, of_thousand)} of 1,000 such records{beside}."
    )


def _epsilon(claim: Claim, audit: Audit) -> str:
    if not claim.known:
        return "No bound on epsilon could be proved."
    low, top = claim.low or 0, claim.ceiling
    most = "" if top is None else f" (it could have proved {number(top)} at most)"
    shown = f"an epsilon of {number(low)} or more" if low else NO_BOUND
    said = f"Whatever is promised, this audit proves {shown}{most}."
    if claim.claimed is None:
        return said
    word = "contradicted" if low > claim.claimed else "neither contradicted nor confirmed"
    alone = (audit.claim("auc") or claim).models == 1  # which coins made, and no pair
    other = "added or removed" if alone else "replaced by another"
    return f"{said} The claim of {number(claim.claimed)}, for one record {other}, is {word}."


def _leak(claim: Claim, audit: Audit) -> str:
    if claim.p is None:
        return f"Whether the model leaks at all was not tested: {claim.reason or 'too few models'}."
    if does_leak(audit):
        said = "The model answers differently on records that it was trained on"
    else:
        said = "On average no difference was found between records that were in and others"
    return (
        f"{said}: chance alone would show as much in {of_thousand(claim.p)} of 1,000 repetitions."
    )


def _right(claim: Claim, audit: Audit) -> str:
    right, held = between(claim, of_thousand), audit.claim("accuracy_on_members", claim.of)
    beside = f", and {between(held, of_thousand)} of 1,000 that it was trained on" if held else ""
    return f"Of 1,000 records that it had not seen, the model gets {right} right{beside}."


SENTENCES: Mapping[str, Callable[..., str]] = {
    r"any_leak": _leak,
    r"tpr_at_fpr_(.+)": _told,
    r"named_records": _named,
    r"attribute_right": _attribute,
    r"reconstruction_exact": _exact,
    r"newly_named": _newly,
    r"auc": _which,
    r"epsilon_lower": _epsilon,
    r"accuracy": _right,
}


def headline_claim(audit: Audit, arm: str = "clean") -> Claim | None:
    """How many are told at the lowest false-positive rate that was resolved, in an arm."""
    rates = [
        claim
        for claim in audit.claims
        if claim.measure.startswith("tpr_at_fpr_") and claim.of == arm
    ]
    return min(rates, key=lambda claim: (not claim.known, claim.rate), default=None)


def does_leak(audit: Audit) -> bool:
    """Whether the test of any leak at all found one."""
    leak = audit.claim("any_leak")
    return bool(leak and leak.p is not None and leak.p <= (leak.level or 1 - leak.confidence))


def answer(audit: Audit) -> list[str]:
    """The sentences of the answer, the first ones for who reads no further.

    Of rates only that at the lowest level that was resolved: all others have tables.
    """
    told = [headline_claim(audit, arm) for arm in ANSWERED]
    found = [
        (place, ANSWERED.index(claim.of), sentence(claim, audit))
        for claim in audit.claims
        for place, pattern in enumerate(SENTENCES)
        if re.fullmatch(pattern, claim.measure) and (claim in told or _alone(claim))
    ]
    return [said for *_, said in sorted(found, key=lambda one: one[:2])]


def _alone(claim: Claim) -> bool:
    """Whether a claim has a sentence of its own, and not one for all rates of its arm."""
    own = claim.of == "clean" or claim.measure in OF_OTHERS
    return own and not claim.measure.startswith("tpr_")
