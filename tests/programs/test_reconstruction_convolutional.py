"""An informed adversary and a convolutional network on tiny images, program by program."""

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import load_file

from truthserum.data.images import Images

SEED = {"leak": "reconstruction", "seed": 7, "experiment": "informed"}
GAME = {"reconstruction": {"fixed": 20, "released": 8, "validation": 6, "shadows": 26}}
MODEL = {"cnn": {"width": 3, "depth": 2, "activation": "elu", "normalise": False}}
TRAINING = SEED | {
    "game": GAME,
    "model": MODEL,
    "recipe": {"steps": 6, "batch": 8},
    "precision": "auto",
}
SHARDS = [[0, 30], [30, 40]]
NETWORK = {"features": [[{"standardise": {}}]], "widths": [8], "channels": [4, 4, 2], "epochs": 2}
MEASURE = SEED | {
    "reconstructors": {"mean": {"mean": {}}, "conv": {"convolutional": NETWORK | {"looks": 1}}},
    "views": {"weights": ["mean", "conv"], "last_layer": ["conv"]},
    "shadow_counts": [],
    "radii": [],
    "recipe": TRAINING["recipe"],
    "draws": 20,
}


@pytest.fixture
def known(call, tmp_path):
    """The data and the design of the experiment."""
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 256, (70, 3, 8, 8), dtype=np.uint8), rng.integers(0, 4, 70)
    data, design = tmp_path / "data.npz", tmp_path / "design.npz"
    Images(x[:60], y[:60], x[60:], y[60:], 4).save(data)
    asked = SEED | {"game": GAME}, {"data": data, "output": design}
    assert call("design", asked) is None
    return {"data": data, "design": design}


@pytest.fixture
def train(call, known):
    """train(output, models, **changes): write a shard, or return its one-line error."""

    def run(output, models, **changes):
        settings = TRAINING | {"models": models} | changes
        files = known | {"output": output, "manifest": output.with_suffix(".json")}
        return call("train", (settings, files | {"stack": 16, "device": "cpu"}))

    return run


@pytest.fixture
def made(call, known, train, tmp_path):
    """The folder of an arm whose every program has run."""
    shards = [tmp_path / f"shard-{k}.safetensors" for k in range(len(SHARDS))]
    for shard, models in zip(shards, SHARDS, strict=True):
        assert train(shard, models) is None
    signals = tmp_path / "signals.npz"
    seen = {
        "leak": "reconstruction",
        "training": TRAINING,
        "models_per_shard": 30,
        "models": 40,
        "queries": 5,
    }
    files = {"shards": shards, "output": signals, "models": tmp_path / "models.csv"}
    asked = seen | {"seen": ["weights", "last_layer", "logits"]}, known | files | {"device": "cpu"}
    assert call("observe", asked) is None
    assert call("measure", (MEASURE, {"input": signals, "output": tmp_path})) is None
    return tmp_path


def test_from_images_to_reconstructions(made):
    tensors = load_file(made / "shard-1.safetensors")
    names = ("features.0.weight", "features.1.bias", "features.3.weight", "features.4.bias")
    head = [tensors["head.bias"][2], tensors["head.weight"][2]]
    whole = [*(tensors[name][2] for name in names), *head]
    with np.load(made / "signals.npz") as signals:
        views = {name: signals[f"view.{name}"] for name in ("weights", "last_layer", "logits")}
    for name, parts in (("weights", whole), ("last_layer", head)):
        expected = np.concatenate([part.ravel() for part in parts])
        np.testing.assert_array_equal(views[name][32], expected)
    assert views["logits"].shape == (40, 5 * 4)
    assert len(pd.read_csv(made / "models.csv")) == 40
    images = pd.read_csv(made / "images.csv")
    assert len(images) == 3 * 3 * 3 * 64  # attacks, records, channels, pixels
    metrics = pd.read_csv(made / "metrics.csv").query("measure == 'mae_plus_mse'")
    assert {"mean", "conv"} <= set(metrics["attack"])


def test_cuda_that_is_not_there_is_one_line(made, call, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    files = {"input": made / "signals.npz", "output": made, "device": "cuda"}
    error = call("measure", (MEASURE, files))
    assert error.startswith("measure: device is 'cuda', but torch sees no CUDA device here")


def test_privacy_is_refused_in_one_line(train, tmp_path):
    believed = {"batch": None, "privacy": {"clip": 1, "noise": 1}}
    error = train(tmp_path / "shard.safetensors", [0, 40], shadow_recipe=believed)
    assert error.startswith("train: recipe: privacy is given for the model 'cnn'")
    assert not (tmp_path / "shard.safetensors").exists()
