"""An informed adversary's models on real embedded images, program by program."""

import json
import re

import numpy as np
import pytest
from rounding import rounding
from safetensors.numpy import load_file

from truthserum.data.images import Images
from truthserum.reconstruction.game import Reconstruction
from truthserum.seeds import experiment_seed

COUNTS = {"fixed": 30, "released": 8, "validation": 2, "shadows": 10}
DRAWN = {
    "game": {"reconstruction": COUNTS},
    "seed": 7,
    "experiment": "informed",
    "leak": "reconstruction",
}
TRAINED = DRAWN | {
    "model": {"mlp": {"widths": [6], "activation": "elu"}},
    "recipe": {"steps": 5},
    "precision": "float32",
    "models": [0, 20],
}
PRIVATE = {"steps": 5, "privacy": {"clip": 1.0, "noise": 2.0}}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """60 + 40 images of two data sets in two files."""
    folder, rng = tmp_path_factory.mktemp("informed"), np.random.default_rng(1)
    paths = [folder / "data.npz", folder / "other.npz"]
    for path, size in zip(paths, (60, 40), strict=True):
        x = rng.integers(0, 256, (size, 1, 5, 5), dtype=np.uint8)
        y = rng.integers(0, 10, size)
        Images(x, y, x[:0], y[:0], 10).save(path)
    return paths


@pytest.fixture
def train(call, data, tmp_path):
    """train(stack, **changes): the tensors and the manifest of a shard, or its one-line error."""
    design = tmp_path / "design.npz"
    assert call("design", (DRAWN, {"data": data[:1], "output": design})) is None

    def run(stack=20, **changes):
        output = tmp_path / "shard-000.safetensors"
        options = {
            "data": data[0],
            "design": design,
            "output": output,
            "manifest": output.with_suffix(".json"),
            "stack": stack,
            "device": "cpu",
        }
        error = call("train", (TRAINED | changes, options))
        if error:
            assert not output.exists()
            return error
        return load_file(output), json.loads(output.with_suffix(".json").read_text())

    return run


@pytest.mark.parametrize("files", [1, 2])
def test_the_design_is_the_games(call, data, tmp_path, files):
    output = tmp_path / "design.npz"
    asked = DRAWN, {"data": data[:files], "output": output}
    assert call("design", asked) is None
    seed = experiment_seed(7, "informed")
    expected = Reconstruction(**COUNTS).design(*map(Images.load, data[:1]), seed)
    if files == 2:
        expected = Reconstruction(**COUNTS).design(Images.load(data[0]), seed, Images.load(data[1]))
    with np.load(output, allow_pickle=False) as found:
        assert set(found) == {"fixed", "x", "y", "role", "candidates"}
        for name, value in vars(expected).items():
            assert (found[name] == value).all(), name


def test_three_data_files_are_one_line(call, data, tmp_path):
    asked = DRAWN, {"data": data * 2, "output": tmp_path / "design.npz"}
    error = call("design", asked)
    assert error == "design: data: found 4 files, allowed are at most 2"


def test_a_shard_and_its_manifest(train, tmp_path):
    tensors, manifest = train()
    shapes = {name: value.shape for name, value in tensors.items()}
    assert shapes == {
        "layers.0.weight": (20, 25, 6),
        "layers.0.bias": (20, 6),
        "layers.1.weight": (20, 6, 10),
        "layers.1.bias": (20, 10),
    }
    assert manifest["privacy"] is None
    assert len(manifest["seconds"]) == 20
    assert {"key", "settings", "device", "versions"} <= manifest.keys()


@pytest.mark.parametrize("recipe", [{"steps": 5}, PRIVATE], ids=["open", "private"])
def test_models_do_not_depend_on_shards_and_stacks(train, recipe):
    whole, _ = train(20, recipe=recipe)
    parts = [train(3, recipe=recipe, models=ends)[0] for ends in ([0, 7], [7, 20])]
    for name, value in whole.items():
        joined = np.concatenate([part[name] for part in parts])
        np.testing.assert_allclose(joined, value, rtol=rounding(steps=5), atol=rounding(steps=5))


def test_released_models_have_likelihoods_under_privacy(train):
    tensors, manifest = train(recipe=PRIVATE)
    found = tensors["loglikelihood"]
    assert found.shape == (20, 8)
    assert found.dtype == np.float64
    assert np.isfinite(found[:8]).all()
    assert np.isnan(found[8:]).all()
    assert manifest["privacy"] == {"clip": 1.0, "noise": 2.0}


def test_noise_for_an_epsilon_is_in_the_manifest(train):
    privacy = {"clip": 1.0, "epsilon": 10.0, "delta": 1e-5}
    _, manifest = train(recipe={"steps": 100, "privacy": privacy}, models=[0, 1])
    assert manifest["privacy"]["noise"] == pytest.approx(5, abs=0.01)


def test_the_adversary_may_believe_another_recipe(train):
    told, _ = train()
    believed, _ = train(shadow_recipe={"lr": 0.3})
    other, _ = train(recipe={"steps": 5, "lr": 0.3})
    for name, value in believed.items():
        np.testing.assert_array_equal(value[:8], told[name][:8])
        np.testing.assert_allclose(value[8:], other[name][8:], rtol=0, atol=rounding(steps=5))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"recipe": {"epochs": 3}}, 'recipe: found the key "epochs", allowed are'),
        ({"recipe": {"privacy": {"clip": 1}}}, "allowed is one of epsilon and noise"),
        ({"recipe": {"privacy": {"epsilon": 1}}}, 'the key "clip" is missing, found are epsilon'),
        ({"shadow_recipe": {"lr": 0}}, r"recipe\.lr: found 0, allowed is more than 0"),
        ({"model": {"mlp": {"activation": "step"}}}, r'mlp\.activation: found "step", allowed are'),
        ({"models": [10, 21]}, "models: found 10 to 21, allowed are parts of 0 to 20"),
        ({"recipe": {"lr": 1e30}, "model": {"mlp": {}}}, "model 0 diverged"),
    ],
)
def test_a_users_error_is_one_line(train, changes, message):
    assert re.fullmatch(f"train: .*{message}.*", train(**changes))
