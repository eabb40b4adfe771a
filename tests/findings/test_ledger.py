import math

import numpy as np
import pandas as pd
import pytest

from truthserum.findings.claims import Claim
from truthserum.findings.ledger import (
    VERDICTS,
    by_place,
    ledger,
    look_up,
    ratio,
    sheet,
    shown,
)
from truthserum.statistics.agreement import Enclosed

AT = {
    "experiment": "targeted",
    "arm": 8,
    "attack": "lira",
    "group": "targets",
    "mode": "running",
    "measure": "auc",
}
SHARED, OWN = 0.3 * np.random.default_rng(1).normal(size=(2, 400))


def row(value, low, high, **changes):
    number = {"value": value, "low": low, "high": high, "resolved": True, "draws": None}
    return {**AT, **number, "positives": 2000, "negatives": 2000, **changes}


@pytest.fixture
def metrics():
    return pd.DataFrame(
        [
            row(0.9, 0.88, 0.92),
            row(0.1, 0.05, 0.2, arm=0),
            row(np.nan, np.nan, np.nan, arm=4, resolved=False, negatives=500),
        ]
    )


def claim(published, **changes):
    entry = {
        "claim": "c",
        "source": "s",
        "at": AT,
        "published": published,
        "error": "unknown",
        "margin": {"absolute": 0.03, "because": "small"},
        "setting": "theirs",
        "scales": ["paper"],
    }
    return Claim.read({**entry, **changes})


def only(claims, metrics, scale="paper"):
    return ledger(claims, metrics, scale).iloc[0]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (0.905, "agrees"),  # 0.875 to 0.925 + 0.03 around it
        (0.895, "agrees"),
        (0.92, "undecided"),
        (0.97, "differs"),
        (0.8, "differs"),
        ({"low": 0.85, "high": 1.0}, "agrees"),
        ({"low": 0.0, "high": 0.88}, "undecided"),
        ({"low": 0.0, "high": 0.84}, "differs"),
        ({"low": 0.96, "high": math.inf}, "differs"),
        ({"low": 0.5, "high": math.inf}, "agrees"),
    ],
)
def test_verdicts_on_a_number_and_on_a_range(metrics, published, expected):
    assert only([claim(published)], metrics)["verdict"] == expected


def test_the_error_of_the_published_value_counts(metrics):
    assert only([claim(0.845)], metrics)["verdict"] == "differs"
    noisy = only([claim(0.845, error={"decisions": 400})], metrics)
    assert noisy["verdict"] == "undecided"
    assert noisy["published"] == "0.845 [0.782, 0.908], 400 decisions"


def test_of_many_claims_the_levels_are_corrected(metrics):
    close = claim(0.844)  # p is .01
    assert ledger([close], metrics, "paper")["verdict"].tolist() == ["differs"]
    assert set(ledger([close] * 20, metrics, "paper")["verdict"]) == {"undecided"}


def test_claims_in_another_setting_get_a_value_but_no_verdict_and_do_not_count(metrics):
    found = only([claim(0.7)], metrics, scale="laptop")
    assert found["verdict"] == "other setting"
    assert found["measured"] == "0.9 [0.88, 0.92]"
    elsewhere = [claim(0.7, scales=[])] * 20
    assert only([claim(0.844), *elsewhere], metrics)["verdict"] == "differs"


def test_what_was_not_run_and_what_is_not_resolved(metrics):
    absent = only([claim(0.85, at={**AT, "experiment": "other"})], metrics)
    assert (absent["measured"], absent["verdict"]) == ("not run", "not run")
    unresolved = claim(0.85, at={**AT, "arm": 4})
    found = only([unresolved], metrics)
    assert (found["measured"], found["verdict"]) == ("unresolved (500 negatives)", "undecided")
    assert only([unresolved], metrics, "laptop")["verdict"] == "other setting"


def test_without_draws_a_ratio_is_that_of_independent_estimates(metrics):
    places = by_place(metrics)
    found = ratio(look_up(places, AT), look_up(places, {**AT, "arm": 0})).interval
    half = math.hypot(math.log(0.9 / 0.88), math.log(2))
    assert (found.value, found.low) == pytest.approx((9, 9 * math.exp(-half)))


def test_a_ratio_is_paired_by_the_draws_of_both_arms(metrics):
    wide = only([_ratio_claim()], metrics)
    one, other = 0.9 * np.exp(SHARED), 0.1 * np.exp(SHARED + 0.1 * OWN)
    metrics["draws"] = [one, other, None]
    paired = only([_ratio_claim()], metrics)
    assert paired["value"] == wide["value"] == pytest.approx(9)
    assert (paired["low"], paired["high"]) == pytest.approx(
        np.quantile(one / other, [0.025, 0.975]), rel=0.01
    )
    assert wide["low"] < paired["low"] < paired["high"] < wide["high"]
    assert paired["over"] == "arm 0"
    for useless in (None, other[:100]):
        metrics["draws"] = [one, useless, None]
        assert only([_ratio_claim()], metrics)["low"] == wide["low"]


def _ratio_claim(**changes):
    wide = {"margin": {"relative": 0, "because": "wide"}, "over": {"arm": 0}}
    return claim({"low": 4, "high": 20}, **{**wide, **changes})


def test_a_ratio_over_another_attack_or_over_nothing(metrics):
    metrics.loc[1, ["arm", "attack"]] = 8, "half"
    assert only([_ratio_claim(over={"attack": "half"})], metrics)["value"] == pytest.approx(9)
    assert only([_ratio_claim()], metrics)["verdict"] == "not run"


def test_over_a_rate_of_zero_there_is_no_upper_end(metrics):
    metrics.loc[1, ["value", "low", "high"]] = 0.0, 0.0, 0.01
    found = only([_ratio_claim()], metrics)
    assert (found["value"], found["high"]) == (math.inf, math.inf)
    assert found["low"] == pytest.approx(88)
    assert found["verdict"] == "differs"  # from 4 to 20: at least 88
    metrics.loc[0, ["value", "low", "high"]] = 0.0, 0.0, 0.01
    assert only([_ratio_claim()], metrics)["measured"] == "0 over 0"
    zero = look_up(by_place(metrics), AT)
    assert ratio("not run", zero) == ratio(zero, "not run") == "not run"


def test_a_place_holds_one_value(metrics):
    with pytest.raises(ValueError, match="two values at targeted, 8, lira"):
        by_place(pd.concat([metrics, metrics.head(1)]))


def test_an_interval_never_leaves_its_value_out(metrics):
    metrics.loc[0, ["low", "high"]] = 0.91, 0.95
    assert only([claim(0.85)], metrics)["measured"] == "0.9 [0.9, 0.95]"


def test_what_is_coarse_is_said_to_be(metrics):
    metrics["coarse"] = [False, True, np.nan]
    assert only([claim(0.85)], metrics)["measured"] == "0.9 [0.88, 0.92]"
    assert only([_ratio_claim()], metrics)["measured"].endswith("], coarse")


def test_the_difference_is_shown_on_the_scale_of_the_margin(metrics):
    assert only([claim(0.85)], metrics)["difference"] == "0.05 [0.03, 0.07]"
    factor = claim(0.45, margin={"relative": 1.5, "because": "x"})
    assert only([factor], metrics)["difference"] == "× 2 [1.96, 2.04]"
    assert only([claim({"low": 0, "high": 1})], metrics)["difference"] == ""


def test_markdown_has_a_section_for_each_verdict_and_counts_them(metrics):
    table = ledger(
        [
            claim(0.1, at={**AT, "arm": 5}, claim="third"),
            claim(0.5, claim="first | of\ntwo"),
            claim(0.9, claim="second"),
        ],
        metrics,
        "paper",
    )
    text = sheet(table, "paper").markdown
    lines = text.splitlines()
    assert lines[2] == "3 claims: 1 differs, 1 agrees, 1 not run."
    heads = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    assert heads == ["Differs", "Agrees", "Not run"]
    assert text.index("first") < text.index("second") < text.index("third")
    (cell,) = [line for line in lines if "first" in line]
    assert cell.startswith("| first \\| of two | 0.5, error unknown | 0.9 [0.88, 0.92] | 0.4 [")
    assert cell.endswith("| ± 0.03 | s |")


def test_every_verdict_is_explained(metrics):
    claims = [claim(0.5), claim(0.92), claim(0.9), claim(0.9, scales=[])]
    claims.append(claim(0.9, at={**AT, "arm": 5}))
    found = ledger(claims, metrics, "paper")["verdict"]
    assert found.tolist() == list(VERDICTS)


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (357, 214, 3421, "357 [214, 3,420]"),
        (0.6742, 0.656, 0.692, "0.674 [0.656, 0.692]"),
        (1467610, 1467610, 1467610, "1,467,610"),
        (35.08175, 35.08175, 35.08175, "35.08175"),
        (2.056466e-12, 2.056466e-12, 2.056466e-12, "2.056466e-12"),
        (np.inf, 125, np.inf, "∞ [125, ∞]"),
    ],
)
def test_numbers_are_written_in_figures(value, low, high, said):
    assert shown(Enclosed(value, low, high)) == said
