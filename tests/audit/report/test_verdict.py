import json

import audited
import numpy as np
import pytest
from scipy.stats import binomtest

from truthserum.audit.claim import Claim
from truthserum.audit.report.policy import read_policy
from truthserum.audit.report.verdict import exit_status, judge, p_above
from truthserum.audit.result import read_audit
from truthserum.sentences import OptionError


def claim(value, low, high, **more):
    return {"id": "m", "value": value, "low": low, "high": high, "models": 16} | more


def held(claims, *limits, **keys):
    """An audit of claims of measures, held against limits {measure: at_most}."""
    written = [{"measure": m, "at_most": most, "source": "s"} for m, most in limits]
    about = {"schema": 1, "tool": {"name": "t"}, "audit": {"name": "a", "door": "scores"}}
    audit = read_audit({**about, "claims": claims, **keys}, "c")
    return judge(audit, read_policy(json.dumps({"name": "p", "limits": written}), "p"))


def of(claims, *limits, **keys):
    """The verdict on them."""
    return held(claims, *limits, **keys).policy


def status(audit):
    return exit_status(audit.policy, audit.checks)


@pytest.mark.parametrize(
    ("found", "most", "verdict"),
    [
        (claim(0.1, 0.08, 0.12), 0.2, "within"),
        (claim(0.1, 0.08, 0.12), 0.12, "within"),
        (claim(0.1, 0.08, 0.12), 0.07, "exceeds"),
        (claim(0.1, 0.08, 0.12), 0.08, "undecided"),
        (claim(0.1, 0.08, 0.12), 0.1, "undecided"),
        (claim(None, None, None, resolved=False), 0.1, "not measurable"),
        (claim(3.0, 3.0, None), 2.0, "exceeds"),
        (claim(3.0, 3.0, None), 4.0, "within"),
        (claim(0, 0, 0), 0, "within"),
        (claim(1, 1, 1), 0, "exceeds"),
    ],
)
def test_an_interval_is_held_against_a_limit(found, most, verdict):
    (limit,) = of([found], ("m", most)).limits
    assert limit.verdict == verdict
    assert limit.reason


def test_what_nobody_measured_is_not_tested():
    result = of([claim(0.1, 0.0, 0.2)], ("other", 0.5))
    assert [limit.verdict for limit in result.limits] == ["not tested"]
    assert result.verdict == "undecided"


def test_more_models_decide_as_intervals_shrink_with_their_root():
    (limit,) = of([claim(0.1, 0.06, 0.14)], ("m", 0.12)).limits
    # Half the width, so four times the models: 64.
    assert "About 64 models or more" in limit.reason


def test_of_one_model_more_records_decide():
    one = claim(0.1, 0.06, 0.14, models=1, positives=300, negatives=700)
    (limit,) = of([one], ("m", 0.12)).limits
    assert "About 4,000 records or more" in limit.reason


def test_no_number_is_told_that_nobody_reaches():
    (limit,) = of([claim(0.1, 0.06, 0.14)], ("m", 0.1001)).limits
    assert limit.reason.endswith("no number of models in reach decides.")


@pytest.mark.parametrize(
    ("values", "whole", "told"),
    [
        ({"a": 0.1, "b": 0.1}, "within", 0),
        ({"a": 0.1, "b": 0.5}, "undecided", 2),
        ({"a": 0.9, "b": 0.5}, "exceeds", 1),
    ],
)
def test_the_whole_follows_from_the_limits(values, whole, told):
    claims = [claim(v, v - 0.05, v + 0.05, id=name) for name, v in values.items()]
    audit = held(claims, *((name, 0.5) for name in values))
    assert (audit.policy.verdict, status(audit)) == (whole, told)


def test_one_limit_is_spoken_of_as_one():
    said = {most: of([claim(0.1, 0.05, 0.2)], ("m", most)).because for most in (0.01, 0.1, 0.5)}
    assert [*said.values()] == [
        "1 of 1 limit exceeded.",
        "Open: 1 of 1 limit.",
        "The limit is kept.",
    ]


def test_without_limits_nothing_is_judged():
    audit = held([claim(0.9, 0.8, 1.0)])
    assert (audit.policy.verdict, status(audit)) == ("no limit", 0)


def test_what_fails_is_said_where_nothing_is_judged():
    said = [of([], checks=[check(passed, False)]).because for passed in (False, None)]
    assert ["Self-checks failed: c." in one for one in said] == [True, False]


def check(passed, voids):
    return {"id": "c", "passed": passed, "says": "…", "value": 1.0, "voids": voids}


@pytest.mark.parametrize(
    ("passed", "voids", "whole", "told"),
    [(False, True, "void", 3), (False, False, "undecided", 2), (None, True, "within", 0)],
)
def test_a_self_check_that_fails_voids_or_leaves_open(passed, voids, whole, told):
    audit = held([claim(0.1, 0.0, 0.2)], ("m", 0.5), checks=[check(passed, voids)])
    assert (audit.policy.verdict, status(audit)) == (whole, told)


@pytest.mark.parametrize("most", [0.5, 0.95])
def test_of_a_released_model_nothing_is_decided_where_the_blind_control_fails(judged, most):
    found = claim(0.9, 0.88, 0.92, id="released.auc", arm="released")
    blind = check(False, False) | {"id": "blind_control"}
    limit = {"measure": "auc", "at_most": most, "arm": "released"}
    audit = judged(limit, undecided="pass", more={"claims": [found], "checks": [blind]})
    assert [one.verdict for one in audit.policy.limits] == ["undecided"]
    assert (audit.policy.verdict, status(audit)) == ("undecided", 2)
    (limit,) = judged(limit, more={"claims": [found], "checks": []}).policy.limits
    assert limit.verdict == ("exceeds" if most < 0.9 else "within")


def test_a_void_audit_is_void_whatever_exceeds():
    audit = held([claim(0.9, 0.8, 1.0)], ("m", 0.5), checks=[check(False, True)])
    assert status(audit) == 3


def test_what_is_within_by_a_bound_from_below_is_said_to_be_no_proof():
    bound, rate = claim(3.0, 3.0, None, id="e"), claim(0.1, 0.0, 0.2, id="r")
    said = [of([bound, rate], *limits).because for limits in ([("e", 4)], [("r", 0.5)])]
    assert ["confirms nothing" in one for one in said] == [True, False]


def test_what_is_required_must_be_there(judged):
    limit = {"measure": "auc", "at_most": 0.9}
    assert judged(limit, require=["poisoned", "groups", "auc"]).policy.verdict == "within"
    result = judged(limit, require=["poisoned"], more={"claims": audited.claims()["claims"][:4]})
    assert (result.policy.verdict, result.policy.missing) == ("undecided", ("poisoned",))
    assert judged(limit, require=["groups"], more={"groups": []}).policy.missing == ("groups",)


@pytest.mark.parametrize("name", ["any_leak", "named_records", "epsilon_lower"])
def test_what_is_required_and_could_not_be_measured_is_not_tested(judged, name):
    limit = {"measure": "auc", "at_most": 0.9}
    none = {"value": None, "low": None, "p": None, "resolved": False, "reason": "no coins"}
    claims = [one | (none if one["id"] == name else {}) for one in audited.claims()["claims"]]
    result = judged(limit, require=[name], more={"claims": claims})
    assert (status(result), result.policy.missing) == (2, (name,))
    assert status(judged(limit, require=[name])) == 0


def test_what_has_no_interval_is_not_said_to_be_of_too_few_decisions():
    (limit,) = of([claim(1.1, None, None, negatives=3360)], ("m", 0.1)).limits
    assert limit.verdict == "not measurable"
    assert limit.reason == "It has no interval that a limit could be held against."


def test_a_gate_lets_undecided_pass_where_the_policy_says_so(judged):
    limit = {"measure": "tpr_at_fpr_0.001", "at_most": 0.15}
    assert status(judged(limit)) == 2
    assert status(judged(limit, undecided="pass")) == 0


@pytest.mark.parametrize(
    ("measure", "more"),
    [
        ("tpr_at_fpr_0.01x", {}),  # misspelt, so that nobody measured it
        ("tpr_at_fpr_0.001", {"require": ["coins"]}),
        ("tpr_at_fpr_0.001", {"more": {"checks": [check(False, False)]}}),
    ],
)
def test_what_nobody_tested_never_passes(judged, measure, more):
    limit = {"measure": measure, "at_most": 0.15}
    assert status(judged(limit, undecided="pass", **more)) == 2


def test_a_measure_that_is_misspelt_is_told_the_nearest(judged):
    (limit,) = judged({"measure": "epsilon_lowr", "at_most": 1}).policy.limits
    assert limit.reason == 'The audit did not measure it (did you mean "epsilon_lower"?).'
    (limit,) = judged({"measure": "auc", "at_most": 1, "arm": "poisnd"}).policy.limits
    assert limit.reason == "The audit did not measure it."


def test_of_several_limits_only_what_holm_keeps_exceeds():
    # By itself just above; beside four others its chance is too large.
    claims = [claim(0.3, 0.201, 0.4, id="a")] + [claim(0, 0.0, 0.1, id=n) for n in "bcde"]
    one = of(claims[:1], ("a", 0.2))
    assert one.limits[0].verdict == "exceeds"
    five = of(claims, *((name, 0.2) for name in "abcde"))
    assert five.limits[0].verdict == "undecided"
    assert "5 limits (Holm)" in five.limits[0].reason
    # What is far above stays so.
    far = of([claim(0.9, 0.8, 1.0, id="a"), *claims[1:]], *((name, 0.2) for name in "abcde"))
    assert far.limits[0].verdict == "exceeds"


def test_limits_that_hold_are_called_exceeded_no_more_often_than_one_would_be():
    rng = np.random.default_rng(5)
    wrong = 0
    for _ in range(200):
        values = rng.normal(1.0, 0.1, 5)
        claims = [
            claim(v, v - 0.196, v + 0.196, id=n) for n, v in zip("abcde", values, strict=True)
        ]
        wrong += of(claims, *((name, 1.0) for name in "abcde")).verdict == "exceeds"
    assert binomtest(wrong, 200, 0.025, alternative="greater").pvalue > 0.001


@pytest.mark.parametrize("most", [0.1, 0.2, 0.25])
def test_the_p_value_of_an_interval_is_half_its_error_at_its_end(most):
    found = Claim(id="accuracy_lost", value=0.3, low=0.2, high=0.4)
    # A normal estimate with the deviation that the interval says.
    deviation = 0.1 / 1.959964
    simulated = np.random.default_rng(1).normal(most, deviation, 400_000) >= 0.3
    assert p_above(found, most) == pytest.approx(simulated.mean(), rel=0.05, abs=1e-4)
    assert p_above(found, 0.2) == pytest.approx(0.025)


def test_what_has_no_lower_end_exceeds_nothing():
    assert p_above(Claim(id="auc", value=0.9), 0.5) == 1


def test_a_claimed_epsilon_is_that_of_the_audit(judged, audit):
    limit = {"measure": "epsilon_lower", "at_most": "claimed"}
    (held,) = judged(limit).policy.limits
    assert (held.at_most, held.verdict) == (3.0, "exceeds")
    about = audited.claims()["audit"]
    about = about | {"declared": about["declared"] | {"epsilon": None}}
    with pytest.raises(OptionError, match="at_most of epsilon_lower: found claimed, allowed is"):
        judged(limit, more={"audit": about})


def test_limits_on_arms_and_groups_find_their_claims(judged):
    limits = [
        {"measure": "auc", "at_most": 0.9, "arm": "poisoned"},
        {"measure": "auc", "at_most": 0.9, "group": "sex: f"},
        {"measure": "auc", "at_most": 0.9, "group": "sex: x"},
    ]
    found = judged(*limits).policy.limits
    assert [limit.verdict for limit in found] == ["exceeds", "within", "not tested"]


def test_another_confidence_is_refused(judged):
    with pytest.raises(OptionError, match=r"confidence: found 0.99 in the policy, allowed is 0.95"):
        judged({"measure": "auc", "at_most": 0.9}, confidence=0.99)
