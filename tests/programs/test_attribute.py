"""A tiny attribute experiment on the embedded table, run program by program."""

import json

import numpy as np
import pandas as pd
import pytest

TRAINING = {
    "leak": "inference",
    "game": {"attribute": {"targets": 20, "column": "sex", "copies": 4}},
    "model": {"mlp": {"widths": [32]}},
    "recipe": {"epochs": 20, "batch": 32, "lr": 0.1},
    "defence": {"none": {}},
    "seed": 7,
    "experiment": "tiny",
    "precision": "float32",
}
SIGNALS = {
    "leak": "inference",
    "training": TRAINING,
    "models_per_shard": 16,
    "models": 16,
    "queries": ["identity"],
    "observed_batch": 40,
}
MEASURE = {
    "leak": "inference",
    "attacks": {"lira": {"lira": {"variance": "shrunk"}}, "threshold": {"threshold": {}}},
    "seed": 7,
    "experiment": "tiny",
    "draws": 20,
    "shadow_groups": [8],
    "shown_targets": 2,
}


@pytest.fixture
def prepared(call, tmp_path):
    """A folder with the first 200 rows of Adult and 300 public ones."""
    sources = json.dumps({"folder": None, "package_clients": False, "download": False})
    made = {
        "sources": sources,
        "output": tmp_path / "data.npz",
        "manifest": tmp_path / "data.json",
    }
    assert call("prepare_data", ({"set": "adult", "train": 200, "test": 300}, made)) is None
    return tmp_path


def test_the_poisoned_secret_is_found(call, prepared):
    folder = prepared
    data, design = folder / "data.npz", folder / "design.npz"
    shard, inputs = folder / "shard.safetensors", {"data": data, "design": design}
    steps = [
        ("design", TRAINING, {"data": data, "output": design}),
        (
            "train",
            TRAINING | {"models": [0, 16]},
            inputs
            | {"output": shard, "manifest": shard.with_suffix(".json")}
            | {"stack": 16, "device": "cpu"},
        ),
        (
            "observe",
            SIGNALS,
            inputs
            | {"shards": shard, "output": folder / "signals.npz", "models": folder / "models.csv"}
            | {"device": "cpu"},
        ),
        ("measure", MEASURE, {"input": folder / "signals.npz", "output": folder}),
    ]
    for name, settings, options in steps:
        assert call(name, (settings, options)) is None

    with np.load(folder / "signals.npz") as signals, np.load(design) as drawn:
        assert signals["signals.none"].shape == (16, 40, 1)
        member = signals["member"].reshape(16, 20, 2)
        assert (member.sum(axis=2) == 1).all()
        assert (member.sum(axis=0) == 8).all()
        assert (signals["row"] == np.repeat(drawn["targets"], 2)).all()
        assert (signals["poison_label"] == 1 - signals["label"]).all()
    metrics = pd.read_csv(folder / "metrics.csv")
    assert set(metrics["group"]) == {"targets", "true_value"}
    areas = metrics[metrics["measure"] == "auc"].set_index(["group", "attack"])["value"]
    assert areas["targets", "lira"] > 0.85
    models = pd.read_csv(folder / "models.csv")
    assert (models["poison_accuracy"] > 0.9).all()  # of the poisons alone, not of the candidates
    # The candidates are records of the training set, and no poison.
    with np.load(design) as drawn:
        aimed = np.bincount(drawn["extra_of"][drawn["extra_of"] >= 0])
    assert (models["poison_share"] == aimed.sum() / models["rows"]).all()
    assert (models["target_share"] == aimed.max() / models["rows"]).all()
    assert (models["train_accuracy"] < 0.5).all()  # the candidates, outvoted by their poisons
    targets = pd.read_csv(folder / "targets.csv")
    assert (targets.groupby("attack").size() == 20).all()
    assert targets[targets["attack"] == "lira"]["target"].is_unique


@pytest.mark.parametrize(("column", "nearest"), [("age", "race"), ("sexx", "sex")])
def test_a_column_that_is_not_categorical_is_one_line(call, prepared, column, nearest):
    game = {"attribute": {"targets": 20, "column": column}}
    options = {"data": prepared / "data.npz", "output": prepared / "design.npz"}
    error = call("design", (TRAINING | {"game": game}, options))
    assert error == (
        f"design: attribute: column: found '{column}', allowed a categorical column; "
        f"the nearest is '{nearest}'"
    )
    assert not (prepared / "design.npz").exists()
