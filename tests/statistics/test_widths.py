"""Forecast widths beside those of simulated games."""

import numpy as np
import pandas as pd
import pytest
from halves import halves
from scipy.stats import binomtest, norm

from truthserum.audit.analysis.attribute import _estimate as estimate
from truthserum.extraction.tables import metrics
from truthserum.statistics.measures import measure
from truthserum.statistics.ranks import exposure
from truthserum.statistics.widths import (
    RATE,
    Decisions,
    apart,
    exposure_needed,
    exposure_reach,
    guesses_reach,
    needed,
    reaches,
    share_needed,
    share_reach,
    tpr,
    variances,
)

MEASURES = ("auc", tpr(RATE))


def simulated(units, records, alike, games=6):
    """Half the width of the intervals of games of normal scores, on average, by measure."""
    found = []
    for seed in range(games):
        rng = np.random.default_rng(seed)
        member = halves(rng, 2 * units, records)
        noise = rng.normal(size=member.shape)
        if alike:  # one score of a record wherever it is in, and one wherever it is out
            noise = np.where(member, *noise[:2])
        scores, pairs = noise + apart(RATE) * member, np.arange(2 * units) // 2
        made = measure(scores, member, rng, pairs, np.arange(records), (RATE,), draws=50)
        of = {one.name: one for one in made}
        found.append([(of[name].high - of[name].low) / 2 for name in MEASURES])
    return dict(zip(MEASURES, np.mean(found, axis=0), strict=True))


@pytest.mark.parametrize("units, records", [(2, 600), (4, 300), (12, 300)])
@pytest.mark.parametrize("end", ["least", "most"])
def test_widths_are_those_of_simulated_games(units, records, end):
    found = simulated(units, records, alike=end == "most")
    told = reaches(Decisions(units, records, records))
    for name in MEASURES:
        assert found[name] == pytest.approx(told[name][end], rel=0.25)


def test_widths_of_guesses_are_those_of_an_audit():
    found = {"least": [], "most": []}
    for seed in range(10):
        rng = np.random.default_rng(seed)
        right = {
            "least": rng.random((6, 200)) < 0.5,
            "most": np.tile(rng.random(200) < 0.5, (6, 1)),
        }
        for end, of in right.items():
            one = estimate(of, np.arange(200), seed, 100)
            found[end].append((one.high - one.low) / 2)
    told = guesses_reach(6, 200)
    assert {end: np.mean(of) for end, of in found.items()} == pytest.approx(told, rel=0.15)


@pytest.mark.parametrize("rate", [0.01, 0.1])
def test_variances_are_those_of_many_samples(rate):
    rng, members, others = np.random.default_rng(0), 1000, 4000
    values = []
    for _ in range(300):
        inside, outside = apart(rate) + rng.normal(size=members), np.sort(rng.normal(size=others))
        auc = np.searchsorted(outside, inside).mean() / others
        values.append([auc, (inside > outside[-round(others * rate)]).mean()])
    assert np.mean(values, axis=0) == pytest.approx(
        [norm.cdf(apart(rate) / 2**0.5), 0.1], abs=0.003
    )
    expected = [one / members + other / others for one, other in variances(rate).values()]
    assert np.var(values, axis=0) == pytest.approx(expected, rel=0.25)


@pytest.mark.parametrize("positives, negatives", [(150, 150), (1000, 1000), (160, 800)])
def test_so_many_models_or_records_are_just_enough(positives, negatives):
    def of(units, scale=1.0):
        return reaches(Decisions(units, scale * positives, scale * negatives))

    for name, one in needed(0.05, Decisions(4, positives, negatives)).items():
        units, records = one["units"], one["records"]
        assert of(units)[name]["least"] <= 0.05
        assert units == 1 or of(units - 1)[name]["least"] > 0.05
        assert of(2, records / positives)[name]["most"] <= 0.05
        assert of(2, (records - 1) / positives)[name]["most"] > 0.05


def test_the_width_of_a_share_is_that_of_an_exact_interval():
    found = binomtest(20, 40).proportion_ci()
    assert share_reach(40) == pytest.approx((found.high - found.low) / 2)
    assert share_reach(share_needed(0.05)) <= 0.05 < share_reach(share_needed(0.05) - 2)


def test_the_width_of_an_exposure_is_that_of_canaries_that_nothing_was_learned_of():
    canaries, candidates, halves = 60, 10**6, []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        guesses = rng.integers(1, candidates + 1, canaries)
        table = pd.DataFrame({"attack": "plain", "references": 0, "guesses": guesses})
        table = table.assign(exposure=exposure(guesses, candidates), candidates=candidates)
        rows = metrics(table, rng, 200)[0].set_index("measure")
        halves.append((rows["high"] - rows["low"])["mean_exposure"] / 2)
    ends = exposure_reach(canaries, np.log2(candidates))
    assert np.mean(halves) == pytest.approx(ends["least"], rel=0.1)


def test_the_width_of_an_exposure_is_at_most_that_of_canaries_of_any_exposure():
    bits, rng = 20, np.random.default_rng(0)
    means = rng.uniform(0, bits, (4000, 60)).mean(axis=1)
    assert exposure_reach(60, bits)["most"] == pytest.approx(1.96 * means.std(), rel=0.05)


def test_so_many_canaries_are_just_enough():
    for end, canaries in exposure_needed(0.5, 20).items():
        assert exposure_reach(canaries, 20)[end] <= 0.5 < exposure_reach(canaries - 1, 20)[end]
