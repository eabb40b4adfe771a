"""A policy held against an audit: within, exceeds, undecided, not measurable or not tested.

Each limit is compared with an interval. Several limits give several chances to call one exceeded
by mistake, so that of those beyond their limits only what Holm's procedure keeps is called so. To
be within all limits needs no correction: each interval must lie below its limit (an intersection-
union test; Berger, Technometrics 24, 1982).
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.special import ndtr, ndtri

from truthserum.audit.claim import Claim
from truthserum.audit.report.policy import CLAIMED, Limit, Policy, Signed
from truthserum.audit.report.wording import ALIKE
from truthserum.audit.result import Audit, Check, LimitResult, PolicyResult, Whole, Word
from truthserum.sentences import OptionError, nearest
from truthserum.statistics.paired import holm
from truthserum.statistics.scales import scale_of

EXIT = {"within": 0, "no limit": 0, "exceeds": 1, "undecided": 2, "void": 3}
"""What a shell is told of the whole."""
PRECISION = "ppv_at_fpr_"
OUT_OF_REACH = 1000  # times as many models, or records, as there are
BLIND = (
    "The blind control failed: members of the released model and others are different people, "
    "whatever the model reveals."
)
NO_PRIOR = (
    "The policy names no prior, the share of members among those whom an adversary would test."
)


def judge(audit: Audit, signed: Signed) -> Audit:
    """The audit with the verdict of a policy on it.

    Raises OptionError where the policy was written for another confidence than the audit has, or
    limits a claimed epsilon that nobody claims.
    """
    policy = signed.policy
    claims = [_found(audit, limit, policy) for limit in policy.limits]
    held = [_held(audit, *pair, policy) for pair in zip(policy.limits, claims, strict=True)]
    pairs = [_of_rates(claim, one.at_most, policy) for claim, one in zip(claims, held, strict=True)]
    results = _corrected(pairs, held)
    missing = [name for name in policy.require if not _tested(audit, name)]
    verdict, because = _whole(audit, results, missing)
    made = PolicyResult(
        name=policy.name,
        sha256=signed.sha256,
        verdict=verdict,
        because=because,
        undecided=policy.undecided,
        caution=policy.caution,
        limits=tuple(results),
        missing=tuple(missing),
    )
    return replace(audit, policy=made)


def exit_status(result: PolicyResult, checks: Sequence[Check]) -> int:
    """0 within or no limit, 1 exceeds, 2 undecided (0 where the policy lets that pass), 3 void.

    checks: those of the audit.
    """
    tested = not result.missing and all(check.passed is not False for check in checks)
    lets_pass = tested and all(passes(result, limit.verdict) for limit in result.limits)
    return 0 if result.verdict == "undecided" and lets_pass else EXIT[result.verdict]


def passes(result: PolicyResult, verdict: Word) -> bool:
    """Whether a limit with this verdict holds nothing up.

    A policy may let pass what was measured and cannot be decided, not what nobody tested.
    """
    lets_pass = result.undecided == "pass" and verdict in ("undecided", "not measurable")
    return verdict == "within" or lets_pass


def precision(claim: Claim, rate: float, prior: float) -> Claim:
    """The share of those accused who were in, at a false-positive rate and a prior (Bayes).

    claim: of the true-positive rate at that rate, with which it rises.
    """

    def share(told: float | None) -> float | None:
        return told and prior * told / (prior * told + (1 - prior) * rate)

    value, low, high = (share(end) for end in (claim.value, claim.low, claim.high))
    named = claim.id.replace("tpr_at", "ppv_at")
    return replace(claim, id=named, value=value, low=low, high=high)


def _of_rates(claim: Claim | None, most: float, policy: Policy) -> tuple[Claim | None, float]:
    """A claim and its limit; of a precision the rate that it was made of, and the limit on that.

    Both say the same, and are to be decided alike: by the error of the rate.
    """
    if claim is None or policy.prior is None or not claim.measure.startswith(PRECISION):
        return claim, most
    prior, rate = policy.prior, float(claim.measure.removeprefix(PRECISION))

    def told(share: float) -> float:
        return rate * (1 - prior) * share / (prior * (1 - share)) if share < 1 else math.inf

    ends = claim.value, claim.low, claim.high
    value, low, high = (None if end is None else told(end) for end in ends)
    named = claim.id.replace("ppv_at", "tpr_at")
    return replace(claim, id=named, value=value, low=low, high=high), told(most)


def _found(audit: Audit, limit: Limit, policy: Policy) -> Claim | None:
    """The claim that a limit is on; precision follows from the policy's prior."""
    claim = audit.claim(limit.measure, limit.arm, limit.group)
    if claim or policy.prior is None or not limit.measure.startswith(PRECISION):
        return claim
    rate = limit.measure.removeprefix(PRECISION)
    told = audit.claim(f"tpr_at_fpr_{rate}", limit.arm, limit.group)
    return precision(told, float(rate), policy.prior) if told else None


def _held(audit: Audit, limit: Limit, claim: Claim | None, policy: Policy) -> LimitResult:
    """One limit, by itself."""
    most = _number(audit, limit)
    verdict, reason = _compared(claim, most) if claim else _untested(audit, limit, policy)
    if claim and claim.confidence != policy.confidence:
        raise OptionError(
            f"confidence: found {policy.confidence} in the policy, allowed is {claim.confidence} "
            f"as of {limit.measure} in the audit"
        )
    if verdict in ("within", "exceeds") and limit.arm == "released" and audit.strangers:
        verdict, reason = "undecided", BLIND
    said = {key: getattr(limit, key) for key in ("measure", "source", "arm", "group")}
    ends = {key: getattr(claim, key) for key in ("value", "low", "high")} if claim else {}
    return LimitResult(at_most=most, verdict=verdict, reason=reason, **said, **ends)


def _number(audit: Audit, limit: Limit) -> float:
    if limit.at_most != CLAIMED:
        return float(limit.at_most)
    claimed = audit.audit.declared.get("epsilon")
    if claimed is None:
        raise OptionError(
            f"at_most of {limit.measure}: found claimed, allowed is a number, as no epsilon is "
            "declared in the audit"
        )
    return float(claimed)


def _untested(audit: Audit, limit: Limit, policy: Policy) -> tuple[Word, str]:
    """The verdict where no claim is what the limit is on, and why."""
    if policy.prior is None and limit.measure.startswith(PRECISION):
        return "not tested", NO_PRIOR
    near = nearest(limit.measure, {claim.measure for claim in audit.claims} - {limit.measure})
    return "not tested", f"The audit did not measure it{near}."


def _compared(claim: Claim, most: float) -> tuple[Word, str]:
    """The verdict on one claim, and why."""
    if not claim.known:
        few = f"Too few decisions: {claim.negatives:,} on others."
        return "not measurable", claim.reason or few
    if claim.low is None:
        return "not measurable", "It has no interval that a limit could be held against."
    if claim.low > most:
        return "exceeds", "The interval lies above the limit."
    if claim.high is None:
        return "within", "Not contradicted: a bound from below confirms nothing."
    if not claim.reached:
        return "not measurable", ALIKE
    if claim.high <= most:
        return "within", "The interval lies at or below the limit."
    return "undecided", f"The limit lies inside of the interval.{_more_models(claim, most)}"


def _more_models(claim: Claim, most: float) -> str:
    """How many models, or records of one model, would decide at best.

    If the value stays, and intervals shrink with the root of their number, as of independent ones.
    """
    found = claim.interval
    if found is None or not claim.models or found.value == most:
        return ""
    apart = found.value - most
    width = found.value - found.low if apart > 0 else found.high - found.value
    times = round((width / apart) ** 2, 6)
    if times > OUT_OF_REACH:
        return " The estimate lies so close to it that no number of models in reach decides."
    many = f"{2 * math.ceil(claim.models * times / 2):,} models"
    if claim.models == 1:
        many = f"{math.ceil((claim.positives + claim.negatives) * times):,} records"
    return f" About {many} or more would decide, if the estimate stays."


def p_above(claim: Claim, most: float) -> float:
    """One-sided p-value, that the measure is at most so much, from the interval of its estimate.

    The method of Altman and Bland (BMJ 343, 2011, d2304), on the scale on which the measure's error
    depends little on its value. What has no error (an interval of one point) gives 0 or 1; what has
    no lower end gives 1.
    """
    if claim.value is None or claim.low is None:
        return 1.0
    scale = scale_of(claim.measure)
    down = float(scale(claim.value) - scale(claim.low))
    if not down:
        return float(claim.value <= most)
    apart = float(scale(claim.value) - scale(most))
    return float(ndtr(-apart / down * ndtri(0.5 + claim.confidence / 2)))


def _corrected(
    pairs: Sequence[tuple[Claim | None, float]], results: Sequence[LimitResult]
) -> list[LimitResult]:
    """What exceeds by itself, and not with the correction for several limits, is undecided.

    pairs: the claim and the limit that each result is of.
    """
    beyond = [result.verdict == "exceeds" for result in results]
    p = [
        p_above(claim, most) if claim and above else 1.0
        for (claim, most), above in zip(pairs, beyond, strict=True)
    ]
    reason = f"Above the limit by itself, not with the correction for {len(results)} limits (Holm)."
    made = []
    for result, (claim, _), above, least in zip(
        results, pairs, beyond, holm(np.array(p)), strict=True
    ):
        open_again = claim and above and least > (1 - claim.confidence) / 2
        made.append(replace(result, verdict="undecided", reason=reason) if open_again else result)
    return made


def _tested(audit: Audit, name: str) -> bool:
    """Whether groups, an arm or a measure of that name were measured.

    A claim without a value says why something was not measured.
    """
    if name == "groups":
        return bool(audit.groups)
    return any(
        name == claim.of or (name == claim.measure and claim.known) for claim in audit.claims
    )


def _whole(
    audit: Audit, results: Sequence[LimitResult], missing: Sequence[str]
) -> tuple[Whole, str]:
    if void := [check.id for check in audit.failed if check.voids]:
        return "void", f"Self-checks failed: {', '.join(void)}. The numbers say nothing."
    failures = f"Self-checks failed: {', '.join(check.id for check in audit.failed)}."
    if not results and not missing:
        nothing = "The policy reports and judges nothing."
        return "no limit", f"{nothing} {failures}" if audit.failed else nothing
    count = {word: sum(r.verdict == word for r in results) for word in ("exceeds", "within")}
    if count["exceeds"]:
        return "exceeds", f"{count['exceeds']} of {_limits(results)} exceeded."
    if audit.failed:
        return "undecided", failures
    if missing:
        return "undecided", f"Required and not tested: {', '.join(missing)}."
    if count["within"] < len(results):
        return "undecided", f"Open: {len(results) - count['within']} of {_limits(results)}."
    below = " A bound from below is not contradicted, which confirms nothing."
    bounded = any(result.high is None for result in results)
    kept = f"All {_limits(results)} are kept." if len(results) > 1 else "The limit is kept."
    return "within", f"{kept}{below * bounded}"


def _limits(results: Sequence[LimitResult]) -> str:
    return f"{len(results)} limit{'s' * (len(results) > 1)}"
