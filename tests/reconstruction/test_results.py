import numpy as np
import pandas as pd
import pytest

from truthserum.reconstruction import results as report
from truthserum.reconstruction.reconstructors.base import Fitted
from truthserum.statistics.intervals import clopper_pearson

TARGETS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], np.float32)
SHADOWS = np.array([[0.2, 0.0], [1.0, 0.4]], np.float32)
FIXED = np.array([[0.0, 0.9], [0.5, 0.5]], np.float32)
FOUND = TARGETS + np.array([[0.1, 0.0], [0.0, 0.5], [0.05, 0.0], [-0.3, 0.0]], np.float32)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def oracles():
    return report.Oracles.of(TARGETS, SHADOWS, FIXED)


@pytest.fixture
def result(oracles):
    right = np.array([True, False, False, True])
    return report.Result(FOUND, TARGETS, oracles, [0.005, 0.05], right)


@pytest.fixture
def times(rng):
    return report.resampled(rng, 4, 500)


def test_oracles_know_one_pool_or_both(oracles):
    np.testing.assert_array_equal(oracles.images["shadows"], SHADOWS[[0, 1, 0, 1]])
    both = oracles.images["known"]
    np.testing.assert_array_equal(both[[0, 1, 3]], SHADOWS[[0, 1, 1]])
    np.testing.assert_array_equal(both[2], FIXED[0])


def test_success_is_a_smaller_error_than_the_oracles(result):
    records = result.records
    assert records["model"].tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(records["mse"], [0.005, 0.125, 0.00125, 0.045], rtol=1e-5)
    np.testing.assert_allclose(records["oracle_shadows"], [0.02, 0.08, 0.52, 0.18], rtol=1e-5)
    assert records["oracle_known"][2] == pytest.approx(0.005, rel=1e-5)
    assert records["beats_shadows"].tolist() == [True, False, True, True]
    assert records["beats_known"].tolist() == [True, False, True, True]


def test_gain_is_how_much_less_the_error_is_than_that_of_the_mean_image(result, oracles):
    mean = np.array([0.6, 0.2])
    np.testing.assert_allclose(oracles.mean, mean, rtol=1e-6)
    gap = np.abs(TARGETS - mean)
    blind = gap.mean(1) + (gap**2).mean(1)
    records = result.records
    np.testing.assert_allclose(records[report.GAIN], blind - records["mae_plus_mse"], rtol=1e-5)


def test_measures_are_means_exact_shares_and_those_of_recognition(result, times, rng):
    rows = result.measures(times, rng).set_index("measure")
    assert rows.loc["within_0.005", "value"] == 0.25 and rows.loc["within_0.05", "value"] == 0.75
    exact = [0.5, *map(float, clopper_pearson(2, 4))]
    assert rows.loc["label_right", ["value", "low", "high"]].tolist() == exact
    assert rows.loc["mse", "value"] == pytest.approx(result.records["mse"].mean())
    assert rows.loc["mae_plus_mse", "value"] == pytest.approx(
        rows.loc["mae", "value"] + rows.loc["mse", "value"]
    )
    exact = [0.75, *map(float, clopper_pearson(3, 4))]
    assert rows.loc["beats_shadows", ["value", "low", "high"]].tolist() == exact
    assert (rows["positives"] == 4).all()
    assert rows.loc["mse", "negatives"] == 0 and rows.loc["auc", "negatives"] == 12
    errors = rows.loc[[*report.ERRORS, report.GAIN]]
    assert ((errors["low"] <= errors["value"]) & (errors["value"] <= errors["high"])).all()


def test_draws_are_those_of_the_records_and_none_for_the_roc(result, times, rng):
    drawn = result.measures(times, rng).set_index("measure", verify_integrity=True)["draws"]
    assert np.stack(drawn).shape[1] == 500
    assert np.isnan(drawn["auc"]).all()
    picked = np.repeat(np.arange(4), times[7])
    assert drawn["mse"][7] == pytest.approx(result.records["mse"][picked].mean())
    assert drawn["label_right"][7] == pytest.approx(np.isin(picked, [0, 3]).mean())


def test_a_reconstructor_that_names_no_record_has_no_label(oracles, times, rng):
    rows = report.Result(FOUND, TARGETS, oracles).measures(times, rng)
    assert "label_right" not in set(rows["measure"])


def test_a_blind_guess_is_the_common_label_and_the_best_image(times):
    known = np.array([[0.0, 0.1], [0.1, 0.0], [0.9, 0.9]], np.float32)
    told, labels = np.array([7, 7, 1]), np.array([7, 1, 7, 7])
    found = report.blind(known, told, TARGETS, labels, [0.02], times)
    assert (found["attack"] == "blind").all()
    rows = found.set_index("measure")["value"]
    # Of the known images most are near (0.05, 0.05), of the targets only the first.
    assert rows.to_dict() == {"label_right": 0.75, "within_0.02": 0.25}


@pytest.mark.parametrize("count", [8, 16, 100])
def test_the_interval_of_a_mean_error_covers_the_truth(count):
    rng, hits = np.random.default_rng(1), 0
    for _ in range(400):
        values = pd.DataFrame({"mse": rng.gamma(2, 0.5, size=count)})
        row = report.means(values, report.resampled(rng, count, 200)).iloc[0]
        hits += row["low"] <= 1 <= row["high"]
    assert 0.9 <= hits / 400 <= 0.98


def test_the_interval_of_a_mean_error_of_few_does_not_reach_below_none(rng):
    values = pd.DataFrame({"mse": np.eye(8)[0], report.GAIN: np.eye(8)[0]})
    rows = report.means(values, report.resampled(rng, 8, 200))
    assert rows["low"][0] == 0 and rows["low"][1] < 0


def test_oracles_are_attacks_of_their_own(oracles, times):
    rows = report.oracle_errors(TARGETS, oracles, times)
    assert rows["measure"].tolist() == [*report.ERRORS] * 2
    mse = rows[rows["measure"] == "mse"].set_index("attack")["value"]
    assert mse["oracle_shadows"] == pytest.approx(0.2, rel=1e-5)
    assert mse["oracle_known"] == pytest.approx(0.285 / 4, rel=1e-5)


def test_good_reconstructions_are_nearest_to_their_own_target(oracles, times, rng):
    result = report.Result(TARGETS * 0.9 + 0.05, TARGETS, oracles)
    assert result.measures(times[:20], rng).set_index("measure").loc["auc", "value"] == 1
    curve = result.curve(rng, 20)
    assert curve["tpr"].iloc[0] == 1 and curve["fpr"].iloc[0] == 0
    assert (curve["low"].fillna(0) <= curve["tpr"]).all() and (curve["negatives"] == 12).all()


def test_the_same_reconstruction_for_all_tells_no_target(oracles, times, rng):
    result = report.Result(np.full((4, 2), 0.4, np.float32), TARGETS, oracles)
    rows = result.measures(times[:20], rng).set_index("measure")
    assert rows.loc["auc", "value"] == pytest.approx(0.5)


def test_a_single_target_cannot_be_told_from_others(oracles):
    with pytest.raises(ValueError, match="targets: found one"):
        report.Result(FOUND[:1], TARGETS[:1], oracles)


def test_pixels_are_those_of_best_median_and_worst(result):
    table = result.pixels((2, 1, 1))
    assert table[["channel", "row", "column"]].head(2).to_numpy().tolist() == [[0, 0, 0], [1, 0, 0]]
    assert table["rank"].tolist() == [r for r in ("best", "median", "worst") for _ in range(2)]
    assert table["model"].tolist() == [2, 2, 0, 0, 1, 1]
    worst = table[table["rank"] == "worst"]
    np.testing.assert_allclose(worst["original"], TARGETS[1])
    np.testing.assert_allclose(worst["reconstruction"], FOUND[1])
    np.testing.assert_allclose(worst["oracle"], SHADOWS[1])
    assert worst["oracle_mse"].iloc[0] == pytest.approx(0.08, rel=1e-5)


def test_choices_are_told_with_their_loss():
    fitted = {"ridge": Fitted(None, 0.2, {"penalty": 1.0})}
    assert report.choices(fitted).iloc[0].tolist() == ["ridge", 0.2, "{'penalty': 1.0}"]


def test_prior_counts_the_models_whose_own_record_is_picked():
    candidates = np.array([[1, 0], [1, 0]])
    scores = {
        "gradients": np.array([[0.0, 1.0], [1.0, 0.0]]),
        "weights": np.array([[1.0, 0.0]] * 2),
    }
    rows = report.prior(scores, candidates).set_index("attack")
    assert rows["success"].to_dict() == {"gradients": 1.0, "weights": 0.5}
    assert (rows["chance"] == 0.5).all() and (rows["trials"] == 2).all()
    assert rows.loc["gradients", "low"] == pytest.approx(clopper_pearson(2, 2)[0])


def test_without_signals_the_prior_has_columns_and_no_rows():
    table = report.prior({}, np.array([[0, 1], [0, 1]]))
    assert table.empty and "success" in table


def test_candidates_without_the_own_record_are_refused():
    with pytest.raises(ValueError, match="not once among its own"):
        report.prior({}, np.array([[0, 1], [0, 2]]))
