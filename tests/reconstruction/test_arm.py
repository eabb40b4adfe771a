"""Tables of an arm whose views show a part of the private image, so that all can be computed."""

import numpy as np
import pytest

from truthserum.reconstruction import results as report
from truthserum.reconstruction.arm import Arm, Scope, prior, tables
from truthserum.reconstruction.reconstructors.base import Lab
from truthserum.reconstruction.reconstructors.mean import MeanImage
from truthserum.reconstruction.reconstructors.posterior import Posterior
from truthserum.reconstruction.reconstructors.ridge import Ridge
from truthserum.statistics.bootstrap import wider

RELEASED, VALIDATION, SHADOWS = 8, 5, 40


@pytest.fixture
def arrays():
    rng = np.random.default_rng(8)
    count = RELEASED + VALIDATION + SHADOWS
    image = rng.integers(0, 256, (count, 1, 3, 4), dtype=np.uint8)
    weights = image.reshape(count, -1) @ rng.normal(size=(12, 12)) / 255
    return {
        "view.weights": weights.astype(np.float32),
        "image": image,
        "label": rng.integers(0, 3, count),
        "fixed_image": rng.integers(0, 256, (9, 1, 3, 4), dtype=np.uint8),
        "role": np.repeat(["released", "validation", "shadow"], [RELEASED, VALIDATION, SHADOWS]),
        # all released models' records, each model's own first
        "candidates": np.add.outer(np.arange(RELEASED), np.arange(RELEASED)) % RELEASED,
        "confidence": rng.normal(size=(count, RELEASED)).astype(np.float32),
    }


RECONSTRUCTORS = {"mean": MeanImage(), "ridge": Ridge(), "posterior": Posterior()}
SCOPE = Scope(shadow_counts=[10], radii=[0.03], draws=50)


def measured(arrays, reference=None, reconstructors=RECONSTRUCTORS, scope=SCOPE):
    return tables(Arm.of(arrays, reference), "weights", reconstructors, scope, Lab(3, "cpu"))


@pytest.fixture
def made(arrays):
    return measured(arrays)[0]


def test_pairs_are_the_models_of_a_role(arrays):
    arm = Arm.of(arrays)
    pairs = arm.pairs(arm.views["weights"], "validation")
    at = slice(RELEASED, RELEASED + VALIDATION)
    np.testing.assert_array_equal(pairs.views, arrays["view.weights"][at])
    np.testing.assert_allclose(pairs.images, arrays["image"][at].reshape(VALIDATION, -1) / 255)


def test_the_mean_image_of_the_shadows_is_what_the_records_say(arrays, made):
    images = arrays["image"].reshape(-1, 12) / 255
    expected = images[RELEASED + VALIDATION :].mean(axis=0)
    errors = ((images[:RELEASED] - expected) ** 2).mean(axis=1)
    records = made["records"].query("attack == 'mean'")
    np.testing.assert_allclose(records["mse"], errors, rtol=1e-4)
    metrics = made["metrics"].query("attack == 'mean' and measure == 'mse'")
    assert metrics["value"].item() == pytest.approx(errors.mean(), rel=1e-4)


@pytest.mark.parametrize("role", ["fixed", "validation", "shadow"])
def test_the_oracle_knows_all_that_the_adversary_knows(arrays, role):
    own = arrays["fixed_image"] if role == "fixed" else arrays["image"][arrays["role"] == role]
    own[-1] = arrays["image"][2]
    if role != "fixed":
        arrays["image"][arrays["role"] == role] = own
    made, _ = measured(arrays, reconstructors={"mean": MeanImage()})
    records = made["records"].set_index("model")
    assert records.loc[2, "oracle_known"] == 0 and not records.loc[2, "beats_known"]
    assert (records.loc[2, "oracle_shadows"] == 0) == (role == "shadow")
    assert (records["oracle_known"].drop(2) > 0).all()


def test_every_count_of_shadows_has_its_rows_and_the_last_is_the_result(made):
    shadows = made["shadows"]
    assert set(shadows["shadows"]) == {10, SHADOWS}
    columns = report.ESTIMATE
    whole = shadows.query(f"shadows == {SHADOWS}")[columns]
    assert whole.reset_index(drop=True).equals(made["metrics"][columns])
    error = shadows.query("attack == 'ridge' and measure == 'mse'").set_index("shadows")["value"]
    assert error[SHADOWS] < error[10]  # with fewer shadow models than dimensions it must guess
    assert all((frame["group"] == "weights").all() for frame in made.values())


@pytest.mark.parametrize("count", [0, SHADOWS + 1])
def test_counts_without_shadow_models_are_refused(arrays, count):
    with pytest.raises(ValueError, match=f"shadow_counts: .* allowed are 1 to {SHADOWS}"):
        measured(arrays, scope=Scope([count], [], 20))


def test_the_likeliest_record_is_right_if_its_label_is(arrays, made):
    """Without a look at models: the most common label that the adversary knows."""
    weights = arrays["view.weights"]
    shadows, labels = weights[-SHADOWS:], arrays["label"]
    scaled = (weights[:RELEASED, None] - shadows) / shadows.std(0)
    closest = (scaled**2).sum(2).argmin(1)
    own = labels[:RELEASED]
    expected = {
        "posterior": (labels[-SHADOWS:][closest] == own).mean(),
        "blind": (own == np.bincount(labels[RELEASED:]).argmax()).mean(),
    }
    rows = made["metrics"].query("measure == 'label_right'").set_index("attack")["value"]
    assert rows.to_dict() == expected


def test_a_reference_without_noise_is_what_the_adversary_learns_from(arrays):
    """Its weights are on another scale, which only a reconstructor that looks at them can tell."""
    other = arrays | {"view.weights": 3 * arrays["view.weights"]}
    (plain, _), (known, _) = measured(arrays), measured(arrays, other)
    errors = [
        each["metrics"].query("measure == 'mse'").set_index("attack") for each in (plain, known)
    ]
    one, two = (each["value"] for each in errors)
    assert one["ridge"] == two["ridge"] and one["posterior"] != two["posterior"]


def test_a_reference_of_other_records_is_refused(arrays):
    with pytest.raises(ValueError, match="reference: found other records"):
        Arm.of(arrays, arrays | {"image": arrays["image"][::-1]})


def test_draws_stand_behind_the_metrics_and_are_paired_between_arms(arrays):
    made, draws = measured(arrays)
    metrics = made["metrics"]
    assert draws.shape == (len(metrics), 50)
    curve = metrics["measure"].str.contains("_at_|auc|balanced")
    assert np.isnan(draws[curve]).all() and np.isfinite(draws[~curve]).all()
    errors = metrics["measure"].isin([*report.ERRORS, report.GAIN])
    ends = np.quantile(draws[errors], [0.025, 0.975], axis=1).T
    value = metrics.loc[errors, ["value"]].to_numpy()
    ends = value + wider(RELEASED) * (ends - value)  # of few released models
    never_below_0 = metrics.loc[errors, "measure"].isin(report.ERRORS).to_numpy()
    ends[never_below_0] = ends[never_below_0].clip(min=0)
    np.testing.assert_allclose(ends, metrics.loc[errors, ["low", "high"]], atol=1e-12)
    # Another arm, whose models tell less: what does not look at them is drawn as before.
    noisy = arrays["view.weights"] + np.random.default_rng(1).normal(size=(1, 12))
    other, again = measured(arrays | {"view.weights": noisy.astype(np.float32)})
    blind = metrics["attack"].isin(["mean", "oracle_known"]) & errors
    np.testing.assert_array_equal(draws[blind], again[blind])
    assert other["metrics"]["measure"].equals(metrics["measure"])


def test_candidates_are_told_apart_by_what_there_is(arrays):
    assert list(prior(arrays, None)["attack"]) == ["confidences"]
    seen = {**arrays, "loglikelihood": np.eye(8)[np.zeros(RELEASED, int)]}
    found = prior(seen, seen).set_index("attack")
    assert set(found.index) == {"confidences", "gradients", "weights"}
    assert found.loc["gradients", "success"] == 1
    # without noise, the nearest of the candidates' own models is the model itself
    assert found.loc["weights", "success"] == 1
