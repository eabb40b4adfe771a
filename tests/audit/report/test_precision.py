"""Limits on precision, which follows from a rate and the prior of a policy."""

import pytest

from truthserum.audit.claim import Claim
from truthserum.audit.report.verdict import exit_status, precision


def test_precision_is_counted_out():
    members, others = 1_000, 99_000  # prior 1 %
    told, alarms = 0.2 * members, 0.001 * others
    made = precision(Claim(id="tpr_at_fpr_0.001", value=0.2, low=0.1, high=0.3), 0.001, 0.01)
    assert made.id == "ppv_at_fpr_0.001"
    assert made.value == pytest.approx(told / (told + alarms))
    assert made.low < made.value < made.high


def test_a_limit_on_precision_is_decided_as_that_on_the_rate_behind_it(judged):
    """One limit in two words, beside one that is kept; by Holm alike."""
    rates = {"value": 0.02, "low": 0.004, "high": 0.05}
    other = {"id": "m", "value": 0.1, "low": 0.0, "high": 0.2}
    claims = [{"id": "tpr_at_fpr_0.001", "models": 16, **rates}, other]
    rate, told = (0.003, 0.0035), []
    for most in rate:
        kept = {"measure": "m", "at_most": 0.5}
        by_rate = {"measure": "tpr_at_fpr_0.001", "at_most": most}
        by_precision = {"measure": "ppv_at_fpr_0.001", "at_most": most / (most + 0.001)}
        for one in (by_rate, by_precision):
            made = judged(one, kept, more={"claims": claims}, prior=0.5).policy.limits[0]
            told.append((made.verdict, made.reason))
    assert told[0] == told[1] and told[2] == told[3]
    assert told[0][0] == "undecided" and "Holm" in told[0][1]


@pytest.mark.parametrize("measure", ["tpr_at_fpr_0.001", "ppv_at_fpr_0.001"])
def test_a_rate_that_answers_are_too_coarse_for_keeps_no_limit(judged, measure):
    coarse = {"id": "tpr_at_fpr_0.001", "value": 0.0, "low": 0.0, "high": 0.0004}
    for reached, verdict in ((True, "within"), (False, "not measurable")):
        claims = [{**coarse, "models": 1, "reached": reached}]
        limit = {"measure": measure, "at_most": 0.5}
        result = judged(limit, more={"claims": claims}, prior=0.05)
        assert result.policy.limits[0].verdict == verdict
        assert (exit_status(result.policy, result.checks) == 0) == reached
    above = [{**coarse, "value": 0.9, "low": 0.8, "high": 0.95, "models": 1, "reached": False}]
    assert judged(limit, more={"claims": above}, prior=0.5).policy.limits[0].verdict == "exceeds"


def test_precision_needs_a_prior(judged):
    limit = {"measure": "ppv_at_fpr_0.001", "at_most": 0.09}
    (held,) = judged(limit).policy.limits
    assert (held.verdict, "names no prior" in held.reason) == ("not tested", True)
    (held,) = judged(limit, prior=0.01).policy.limits
    assert held.verdict == "exceeds"
    assert 0.09 < held.low < held.value < held.high < 1
