import numpy as np
import pytest
from scipy.stats import beta, t

from truthserum.extraction import tables


@pytest.fixture
def signals():
    """Twelve canaries in two victims: 1, 2, 4, … guesses, and a tenth with all references."""
    found = 2.0 ** np.arange(12)
    return {
        "guesses": np.stack([found, found / 2, found / 10], axis=1),
        "ties": np.zeros((12, 3), int),
        "attack": np.array(["plain", "full", "full"]),
        "references": np.array([0, 1, 2]),
        "model": np.repeat([0, 1], 6),
        "canary": np.arange(12),
        "log_likelihood": -np.arange(36.0).reshape(12, 3),
        "candidates": np.array(4096),
        "poison_share": np.array(0.25),
    }


def test_a_row_for_each_canary_and_attack(signals):
    table = tables.canaries(signals)
    assert len(table) == 12 * 3
    row = table[(table["model"] == 1) & (table["canary"] == 8) & (table["attack"] == "plain")]
    assert (table["poison_share"] == 0.25).all()
    assert row[["guesses", "exposure", "log_likelihood", "candidates"]].to_numpy().tolist() == [
        [256, 4, -24, 4096]
    ]
    assert table.groupby("attack")["references"].unique().map(list).to_dict() == {
        "plain": [0],
        "full": [1, 2],
    }


def test_measures_of_each_attack_with_all_its_references(signals):
    table, draws = tables.metrics(tables.canaries(signals), np.random.default_rng(0), 500)
    assert (draws.dtype, draws.shape) == (np.float64, (len(table), 500))
    assert set(table["group"]) == {"canaries"} and set(table["mode"]) == {"none"}
    found = table.set_index(["attack", "measure"])
    plain = found.loc["plain"]
    assert plain["value"].to_dict() == {
        "lower_quartile_guesses": 7,
        "median_guesses": 48,
        "upper_quartile_guesses": 320,
        "mean_exposure": 6.5,
        "within_10": 4 / 12,
        "within_100": 7 / 12,
        "within_1000": 10 / 12,
    }
    # The sign test with twelve values: the third from either end.
    assert plain.loc["median_guesses", ["low", "high"]].tolist() == [4, 512]
    low, high = plain.loc["within_10", ["low", "high"]]
    assert (low, high) == pytest.approx((beta.ppf(0.025, 4, 9), beta.ppf(0.975, 5, 8)))
    low, high = plain.loc["mean_exposure", ["low", "high"]]
    half = t.ppf(0.975, 11) * np.std(np.arange(12), ddof=1) / np.sqrt(12)
    assert (low, high) == pytest.approx((6.5 - half, 6.5 + half))
    assert found.loc[("full", "median_guesses"), "value"] == pytest.approx(4.8)
    assert (table["positives"] == 12).all() and table["resolved"].all()


@pytest.mark.parametrize("count", [1, 2])
def test_the_exposure_of_a_few_canaries_is_between_no_bit_and_all(signals, count):
    table = tables.canaries(signals)
    found, _ = tables.metrics(table[table["canary"] >= 12 - count], np.random.default_rng(0), 9)
    row = found.set_index(["attack", "measure"]).loc[("plain", "mean_exposure")]
    assert (row["low"], row["value"]) == (0, 1 + (count - 1) / 2)
    assert row["high"] == (12 if count == 1 else pytest.approx(1.5 + t.ppf(0.975, 1) / 2))


@pytest.mark.parametrize("bits", [0, 3, 12])
def test_the_exposure_of_a_few_canaries_that_are_all_alike_is_open(signals, bits):
    guesses = np.full((12, 3), 2.0 ** (12 - bits))
    table = tables.canaries({**signals, "guesses": guesses}).query("canary < 5")
    found, _ = tables.metrics(table, np.random.default_rng(0), 9)
    row = found.set_index(["attack", "measure"]).loc[("plain", "mean_exposure")]
    share = beta.ppf(0.025, 5, 1)  # of all canaries have as many at least
    assert row["value"] == bits
    ends = share * bits, share * bits + (1 - share) * 12
    assert (row["low"], row["high"]) == pytest.approx(ends)


def test_a_draw_takes_the_same_canaries_for_every_measure_attack_and_arm(signals):
    """Half as many guesses for every canary are half as many, and one bit, in every draw."""
    halved = {**signals, "guesses": signals["guesses"] / 2}
    both = [
        tables.metrics(tables.canaries(each), np.random.default_rng(4), 100)
        for each in (signals, halved)
    ]
    (table, before), (_, after) = both
    for attack in ("plain", "full"):
        of = table["attack"] == attack
        quartiles = (of & table["measure"].str.endswith("_guesses")).to_numpy()
        np.testing.assert_allclose(before[quartiles], 2 * after[quartiles])
        bits = (of & (table["measure"] == "mean_exposure")).to_numpy()
        np.testing.assert_allclose(after[bits] - before[bits], 1)
    plain, full = (before[table["attack"] == name] for name in ("plain", "full"))
    np.testing.assert_allclose(plain[1], 10 * full[1])  # the medians


def test_draws_are_of_canaries_with_replacement(signals):
    """Against a loop over resampled canaries."""
    table, draws = tables.metrics(tables.canaries(signals), np.random.default_rng(4), 30)
    chosen = np.random.default_rng(4).integers(12, size=(30, 12))
    found, place = signals["guesses"][:, 0], table.index[table["attack"] == "plain"]
    for draw, rows in zip(draws.T, chosen, strict=True):
        once = found[rows]
        naive = [np.quantile(once, share) for share in (0.25, 0.5, 0.75)]
        naive += [np.mean(12 - np.log2(once)), *(np.mean(once <= n) for n in (10, 100, 1000))]
        np.testing.assert_allclose(draw[place], naive)
