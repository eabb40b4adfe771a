"""Tables of an arm whose views show a part of the private image, so that all can be computed."""

import numpy as np
import pytest

from truthserum.reconstructors.mean import MeanImage
from truthserum.reconstructors.ridge import Ridge
from truthserum.report import informed as report
from truthserum.report.informed_arm import Arm, prior, tables

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
        "fixed_image": rng.integers(0, 256, (9, 1, 3, 4), dtype=np.uint8),
        "role": np.repeat(["released", "validation", "shadow"], [RELEASED, VALIDATION, SHADOWS]),
        # all released models' records, each model's own first
        "candidates": np.add.outer(np.arange(RELEASED), np.arange(RELEASED)) % RELEASED,
        "confidence": rng.normal(size=(count, RELEASED)).astype(np.float32),
    }


@pytest.fixture
def made(arrays):
    return tables(
        Arm.of(arrays), "weights", {"mean": MeanImage(), "ridge": Ridge()}, [10], 3, 50, "cpu"
    )


def test_pairs_are_the_models_of_a_role(arrays):
    pairs = Arm.of(arrays).pairs("weights", "validation")
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
    made = tables(Arm.of(arrays), "weights", {"mean": MeanImage()}, [10], 3, 50, "cpu")
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
        tables(Arm.of(arrays), "weights", {"mean": MeanImage()}, [count], 3, 50, "cpu")


def test_candidates_are_told_apart_by_what_there_is(arrays):
    assert list(prior(arrays, None)["attack"]) == ["confidences"]
    seen = {**arrays, "loglikelihood": np.eye(8)[np.zeros(RELEASED, int)]}
    found = prior(seen, seen).set_index("attack")
    assert set(found.index) == {"confidences", "gradients", "weights"}
    assert found.loc["gradients", "success"] == 1
    # without noise, the nearest of the candidates' own models is the model itself
    assert found.loc["weights", "success"] == 1
