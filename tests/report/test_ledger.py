from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from truthserum.attacks.extraction import WEIGHTS
from truthserum.report.ledger import PLACE, Claim, Estimate, as_markdown, ledger, look_up

ROOT = Path(__file__).resolve().parents[2]
AT = {
    "experiment": "targeted",
    "arm": 8,
    "attack": "lira",
    "group": "targets",
    "mode": "running",
    "measure": "auc",
}


def row(**changes):
    values = {**AT, "value": 0.9, "low": 0.8, "high": 0.95, "resolved": True, "negatives": 2000}
    return {**values, **changes}


@pytest.fixture
def metrics():
    return pd.DataFrame(
        [
            row(),
            row(arm=0, value=0.1, low=0.05, high=0.2),
            row(arm=4, value=np.nan, low=np.nan, high=np.nan, resolved=False, negatives=500),
        ]
    )


def claim(published, **changes):
    entry = {"claim": "c", "source": "s", "at": AT, "published": published, "scales": ["paper"]}
    return Claim.read({**entry, **changes})


def only(claims, metrics, scale="paper"):
    return ledger(claims, metrics, scale).iloc[0]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (0.85, "agrees"),
        (0.7, "differs"),
        (0.96, "differs"),
        ({"low": 0.1, "high": 0.8}, "agrees"),
        ({"low": 0.96, "high": 1.0}, "differs"),
    ],
)
def test_a_claim_agrees_where_its_range_meets_our_interval(metrics, published, expected):
    assert only([claim(published)], metrics)["verdict"] == expected


def test_a_scale_that_is_not_the_sources_gets_a_value_but_no_verdict(metrics):
    found = only([claim(0.85)], metrics, scale="laptop")
    assert found["verdict"] == "other setting"
    assert found["measured"] == "0.9 [0.8, 0.95]"


def test_what_was_not_run_or_not_resolved_stays_open(metrics):
    absent = only([claim(0.85, at={**AT, "experiment": "other"})], metrics)
    assert (absent["measured"], absent["verdict"]) == ("not run", "open")
    unresolved = only([claim(0.85, at={**AT, "arm": 4})], metrics)
    assert (unresolved["measured"], unresolved["verdict"]) == (
        "unresolved (500 negatives)",
        "open",
    )


def test_a_ratio_takes_the_widest_interval(metrics):
    ratio = look_up(metrics, AT) / look_up(metrics, {**AT, "arm": 0})
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx((9, 4, 19))
    assert only([claim({"low": 10, "high": 100}, over=0)], metrics)["verdict"] == "agrees"


def test_a_ratio_over_an_interval_that_reaches_zero_has_no_upper_end():
    ratio = Estimate(1, 0.5, 1) / Estimate(0.1, 0, 0.2)
    assert (ratio.value, ratio.low, ratio.high) == (10, 2.5, float("inf"))
    assert (Estimate(1, 1, 1) / Estimate(0, 0, 0.2)).missing == "the divisor is 0"


def test_every_claim_of_the_project_can_be_read_and_names_a_known_experiment():
    claims = [
        Claim.read(entry) for entry in yaml.safe_load((ROOT / "resources/claims.yaml").read_text())
    ]
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    catalogue = config["catalogue"]
    attacks = {"glm": ["closed_form"], "canary": WEIGHTS, "informed": config["reconstructors"]}
    assert claims
    for one in claims:
        entry = catalogue[one.at["experiment"]]
        (values,) = entry["sweep"].values()
        assert one.at["arm"] in values
        assert one.at["attack"] in (entry.get("attacks") or attacks[entry["kind"]])
        assert set(one.scales) & set(entry["scales"])


def test_misspelt_claims_are_refused():
    with pytest.raises(ValueError, match="publshed"):
        claim(0.5, publshed=1)
    with pytest.raises(ValueError, match="measure"):
        claim(0.5, at={key: AT[key] for key in PLACE if key != "measure"})


def test_markdown_puts_verdicts_first_and_counts_them(metrics):
    table = ledger([claim(0.1, at={**AT, "arm": 4}), claim(0.5)], metrics, "paper")
    lines = as_markdown(table, "paper").splitlines()
    assert "2 claims: " in lines[2]
    rows = [line for line in lines if line.startswith("| c ")]
    assert "differs" in rows[0]
    assert "open" in rows[1]
