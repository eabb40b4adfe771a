import math
from pathlib import Path

import pytest
import yaml

from truthserum.extraction.attacks import WEIGHTS
from truthserum.findings.claims import PLACE, UNCOUNTED, Claim, Decisions, Margin, Trials
from truthserum.statistics.agreement import Enclosed, logarithm
from truthserum.statistics.intervals import clopper_pearson
from workflow.catalogue import complete

ROOT = Path(__file__).resolve().parents[2]
ENTRY = {
    "claim": "c",
    "source": "s",
    "at": dict.fromkeys(PLACE, "x"),
    "published": 0.5,
    "error": "unknown",
    "margin": {"absolute": 0.02, "because": "small"},
    "setting": "theirs",
}
RATIO = {**ENTRY, "over": {"arm": 0}, "margin": {"relative": 0, "because": "wide"}}


@pytest.fixture(scope="module")
def entries():
    return yaml.safe_load((ROOT / "resources/claims.yaml").read_text())


@pytest.fixture(scope="module")
def config():
    return complete(yaml.safe_load((ROOT / "config.yaml").read_text()))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"publshed": 1}, "claim 'c': found .*publshed"),
        ({"at": {"arm": 1}}, "at: found arm, allowed are experiment, arm, attack"),
        ({"at": {**ENTRY["at"], "seed": 1}}, 'at: found "seed", allowed are exp'),
        ({"over": {"seed": 1}}, 'over: found "seed", allowed are experiment'),
        (
            {"published": {"low": 2, "high": 1}},
            "published.high: found 1.0, allowed is low, 2.0, or",
        ),
        ({"published": math.inf}, "published.low: found Infinity, allowed is a finite"),
        ({"published": {"low": 0, "high": math.nan}}, "published.high: found nan"),
        ({"published": "8"}, 'published.low: found the text "8"'),
        (
            {"error": "large"},
            'error: found the text "large", allowed is exact, unknown, {trials: n}',
        ),
        ({"error": {"trials": 0}}, "error: found"),
        ({"error": {"runs": 3}}, "error: found"),
        ({"margin": {"absolute": 0.1}}, 'margin: the key "because" is missing, found are abs'),
        ({"margin": {"because": "x"}}, "margin.absolute, relative: found neither"),
        ({"margin": {"absolute": -0.1, "because": "x"}}, "margin.absolute: found -0.1"),
        ({"margin": {"absolute": 1, "relative": 0, "because": "x"}}, "relative: found both"),
        ({"over": {"arm": 0}}, "margin: found absolute for a ratio"),
        (RATIO | {"error": {"decisions": 10}}, "error: found decisions for a ratio"),
    ],
)
def test_misspelt_claims_are_refused_by_name(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        Claim.read(ENTRY | changes)


def test_a_claim_without_scales_gets_a_verdict_at_none():
    assert Claim.read(ENTRY).scales == ()
    for key in ENTRY:
        with pytest.raises(ValueError, match="claim"):
            Claim.read({name: value for name, value in ENTRY.items() if name != key})


@pytest.mark.parametrize(
    ("published", "words"),
    [
        (0.0583, "0.0583"),
        (1467610, "1,467,610"),
        ({"low": 10, "high": 100}, "10 to 100"),
        ({"low": 0, "high": 1e-9}, "at most 1e-09"),
        ({"low": 1, "high": math.inf}, "at least 1"),
    ],
)
def test_what_was_published_in_words(published, words):
    assert str(Claim.read(ENTRY | {"published": published}).published) == words


def test_a_share_of_trials_has_its_binomial_error():
    ours = Enclosed(0.4, 0.3, 0.5)
    low, high = map(float, clopper_pearson(45, 50))
    found = Trials(50).around(0.9, float, ours, 200)
    assert (found.value, found.low, found.high) == pytest.approx((0.9, low, high))
    # printed to two digits only, 0.999 of 50 are not a whole number: the value is not left outside
    assert Trials(50).around(0.999, float, ours, 200).value == 0.999


def test_one_run_like_ours_has_our_error_at_its_decisions():
    found = Decisions(100).around(0.7, float, Enclosed(0.4, 0.38, 0.44), 400)
    assert (found.low, found.high) == pytest.approx((0.66, 0.78))
    ours = Enclosed(0.4, 0.2, 0.8).on(logarithm)
    found = Decisions(400).around(0.1, logarithm, ours, 400)
    assert (found.low, found.high) == pytest.approx((math.log(0.05), math.log(0.2)))
    lost = Decisions(400).around(0.1, logarithm, Enclosed(0, 0, 0.1).on(logarithm), 400)
    assert (lost.low, lost.high) == (-math.inf, math.inf)


@pytest.mark.parametrize("error", UNCOUNTED.values(), ids=str)
def test_without_a_known_error_the_number_stands_as_it_is_printed(error):
    assert error.around(0.5, logarithm, Enclosed(0.4, 0.3, 0.5), 10).low == math.log(0.5)


def test_margins_on_the_scale_of_comparison():
    factor = Margin(relative=1, because="x")
    assert (factor.on_scale, factor.scale(0), str(factor)) == (math.log(2), -math.inf, "factor 2")
    assert factor.back(factor.on_scale) == pytest.approx(2)
    step = Margin(absolute=0.02, because="x")
    assert (step.on_scale, step.scale(3), str(step)) == (0.02, 3.0, "± 0.02")
    assert str(Margin(absolute=0, because="x")) == "none"


def test_every_claim_of_the_project_is_measured_by_some_experiment(entries, config):
    derived = yaml.safe_load((ROOT / "resources/derived.yaml").read_text())
    catalogue = config["catalogue"]
    others = {
        "closed_form": ["closed_form"],
        "extraction": WEIGHTS,
        "reconstruction": config["reconstructors"],
    }
    for one in map(Claim.read, entries):
        if one.at["experiment"] == "derived":
            assert one.at["group"] in derived[one.at["measure"]]
            continue
        entry = catalogue[one.at["experiment"]]
        (swept,) = entry["sweep"].values()
        known = {*(entry.get("attacks") or others[entry["leak"]]), "oracle_known"}
        for place in (one.at, {**one.at, **one.over}):
            at_scale = [each.get("sweep", list(swept)) for each in entry["scales"].values()]
            assert any(place["arm"] in arms for arms in at_scale), one.claim
            assert place["attack"] in known or place["group"] == "models", one.claim
        for scale in one.scales:
            assert one.at["arm"] in entry["scales"][scale].get("sweep", list(swept)), one.claim


def test_no_verdict_is_given_where_the_sizes_are_our_own(entries):
    for one in map(Claim.read, entries):
        if one.at["experiment"] in ("canary", "canary_variants", "untargeted", "targeted"):
            assert not one.scales, one.claim
