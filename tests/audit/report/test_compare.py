from dataclasses import replace

import audited
import numpy as np
import pytest
from scipy.stats import t, ttest_rel

from truthserum.audit.report.compare import as_markdown, as_page, compare, same_coins
from truthserum.audit.result import Check, read_audit


def audit(name="loans", coins="heads", **changes):
    """The example by a name and with these coins, and some claims' keys replaced, by their ids."""
    written = audited.claims()
    about = written["audit"] | {"name": name, "coins": coins}
    claims = [one | changes.get(one["id"], {}) for one in written["claims"]]
    return read_audit(written | {"audit": about, "claims": claims}, name)


def compared(one, other, measure):
    (found,) = [row for row in compare(one, other) if row.one.id == measure]
    return found


@pytest.mark.parametrize(
    ("measure", "value", "verdict"),
    [
        ("auc", 0.6, "better"),
        ("auc", 0.9, "worse"),
        ("auc", 0.73, "no difference shown"),
        ("accuracy", 0.9, "better"),
        ("accuracy", 0.5, "worse"),
        ("accuracy_on_members", 0.9, "more"),
        ("accuracy_on_members", 0.5, "less"),
    ],
)
def test_less_leak_and_more_right_answers_are_better(measure, value, verdict):
    other = audit(**{measure: {"value": value, "low": value - 0.02, "high": value + 0.02}})
    found = compared(audit(), other, measure)
    assert (found.verdict, found.paired) == (verdict, False)
    assert found.change.low <= found.change.value <= found.change.high


def test_without_estimates_that_belong_together_the_two_are_taken_for_independent():
    at = {"value": 0.6, "low": 0.56, "high": 0.64}
    found = compared(audit(auc=at), audit(auc=at), "auc")
    # Of two independent normal estimates: the root of the sum of squares.
    assert found.least == pytest.approx(0.04 * 2**0.5)
    assert found.verdict == "no difference shown"


def test_the_same_coins_are_compared_pair_by_pair():
    rng = np.random.default_rng(2)
    before = rng.normal(0.7, 0.05, 14)
    after = before - 0.01 + rng.normal(0, 0.005, 14)
    one, other = audit(auc={"pairs": list(before)}), audit(auc={"pairs": list(after)})
    found = compared(one, other, "auc")
    oracle = ttest_rel(after, before).confidence_interval(0.95)
    assert found.paired and found.verdict == "better"
    assert (found.change.low, found.change.high) == pytest.approx((oracle.low, oracle.high))
    # Other coins: as many pairs, but not the same ones.
    assert not compared(one, audit(coins="tails", auc={"pairs": list(after)}), "auc").paired


def test_pairs_that_all_differ_as_much_prove_no_difference_exactly():
    before = {"value": 0.9, "low": 0.8, "high": 1.0, "pairs": [0.88, 0.92]}
    after = {"value": 0.91, "low": 0.81, "high": 1.0, "pairs": [0.89, 0.93]}
    found = compared(audit(accuracy=before), audit(accuracy=after), "accuracy")
    assert found.verdict == "no difference shown"
    assert found.change.value == pytest.approx(0.01)
    assert found.change.low == pytest.approx(0.01 - 0.1 * 2**0.5)


def test_rates_are_compared_draw_by_draw():
    rng = np.random.default_rng(3)
    shared, own = rng.normal(0, 0.05, 200), rng.normal(0, 0.01, 200)
    at = {"low": 0.6, "high": 0.8}
    one = audit(auc={"value": 0.7, **at, "drawn": list(0.7 + shared)})
    drawn = [None, *(0.65 + shared + own)[1:]]  # of a draw without members there is no number
    found = compared(one, audit(auc={"value": 0.65, **at, "drawn": drawn}), "auc")
    assert found.change.value == pytest.approx(-0.05)
    # On angles, where an AUC's error depends little on its value.
    angles = np.arcsin(np.sqrt([0.7, *(0.7 + shared[1:])])), np.arcsin(np.sqrt([0.65, *drawn[1:]]))
    middle, moved = np.mean(angles, axis=0)[0], angles[1] - angles[0]
    reach = t(7).ppf(0.975) * np.std(moved[1:], ddof=1)
    ends = [np.sin(2 * middle) * np.sin(moved[0] + step) for step in (-reach, reach)]
    assert (found.change.low, found.change.high) == pytest.approx(ends)
    assert found.paired and found.verdict == "better"
    few = audit(auc={"value": 0.65, **at, "drawn": drawn[:100]})
    assert not compared(one, few, "auc").paired


def test_counts_and_bounds_are_not_compared():
    for measure in ("named_records", "epsilon_lower", "poisoned.tpr_at_fpr_0.001"):
        found = compared(audit(), audit(), measure)
        assert (found.verdict, found.change, found.least) == ("not comparable", None, None)


def test_of_a_void_audit_nothing_is_better_or_worse(parts):
    one, at = audit("a"), {"value": 0.5, "low": 0.49, "high": 0.51}
    broken = Check("models_differ", False, "share of pairs", 0.0)
    other = replace(audit("b", auc=at), checks=(broken,))
    assert compared(one, replace(other, checks=(replace(broken, voids=False),)), "auc").change
    for pair in ((one, other), (other, one)):
        assert {row.verdict for row in compare(*pair)} == {"not comparable"}
        for said in (as_markdown(*pair), as_page(*pair, parts)):
            assert "Void: b failed a check of itself, so nothing is compared." in said


def test_coins_are_the_same_with_the_same_data_and_checksum():
    assert same_coins(audit("a"), audit("b"))
    assert not same_coins(audit(coins="heads"), audit(coins="tails"))
    assert not same_coins(audit(coins=None), audit(coins=None))
    written = audited.claims()
    own = written["audit"]["inputs"]
    for inputs, alike in (([], False), ([*own, own[0] | {"sha256": "f" * 64}], True)):
        written["audit"] |= {"coins": "heads", "inputs": inputs}  # the second: of a released model
        assert same_coins(audit(), read_audit(written, "c")) == alike


def test_it_is_said_what_a_comparison_stands_on(parts):
    one, other = audit("a"), audit("b", coins="tails")
    assert "not paired" in as_markdown(one, other)
    paired = (audit(name, auc={"pairs": [0.6, 0.7]}) for name in "ab")
    assert "what both share cancels" in as_markdown(*paired)
    page = as_page(one, other, parts)
    assert "<h1>b compared with a</h1>" in page
    assert page.count("<tr role") == 1 + len(compare(one, other))
