import json
import shutil

import numpy as np
import pandas as pd
import pytest
import torch
from rounding import rounding
from safetensors.numpy import load_file
from torch import nn

from truthserum.data.images import Images
from truthserum.inference.games.membership import Membership
from truthserum.seeds import experiment_seed


@pytest.fixture(scope="module")
def signals(arm):
    with np.load(arm.signals, allow_pickle=False) as file:
        return dict(file)


@pytest.fixture(scope="module")
def design(arm):
    with np.load(arm.design) as file:
        return dict(file)


def test_contents(signals, design, arm):
    images = Images.load(arm.data)
    assert set(signals) == {
        *("signals.batch", "signals.running", "label.batch", "label.running", "member", "row"),
        *("label", "target", "poison_label", "prior", "true", "queries", "pool", "promised"),
    }
    for mode in ("batch", "running"):
        assert signals[f"signals.{mode}"].shape == (8, 50, 2)
        assert signals[f"signals.{mode}"].dtype == np.float64
        assert np.isfinite(signals[f"signals.{mode}"]).all()
    assert (signals["signals.batch"] != signals["signals.running"]).any()
    assert signals["queries"].tolist() == ["identity", "mirror"]
    assert (signals["row"] == design["asked"]).all()
    assert (signals["label"] == images.train_y[design["asked"]]).all()
    assert (signals["row"][signals["target"]] == design["targets"]).all()
    assert (signals["poison_label"] == design["labels"]).all()
    game = Membership(targets=10, copies=2, untargeted=40)
    seed = experiment_seed(7, "tiny")
    trained = game.trained(120, game.design(images, seed), seed, range(8))
    assert (signals["member"] == trained[:, design["asked"]]).all()
    assert (signals["member"][0::2] != signals["member"][1::2]).all()
    assert signals["pool"] == 120
    assert np.isnan(signals["promised"]).all()


def plain_network(tensors, k):
    """Model k of a shard as torch's own layers, with running statistics."""
    names = [f"features.{i}" for i in (0, 1, 3, 4)]
    layers = []
    for conv, norm in (names[:2], names[2:]):
        weight = torch.tensor(tensors[f"{conv}.weight"][k])
        convolution = nn.Conv2d(weight.shape[1], weight.shape[0], 3, 2, padding=1, bias=False)
        convolution.weight.data = weight
        normal = nn.BatchNorm2d(weight.shape[0]).eval()
        normal.weight.data, normal.bias.data, normal.running_mean, normal.running_var = (
            torch.tensor(tensors[f"{norm}.{name}"][k])
            for name in ("weight", "bias", "mean", "variance")
        )
        layers += [convolution, normal, nn.ReLU()]
    weight, bias = (torch.tensor(tensors[f"head.{name}"][k]) for name in ("weight", "bias"))
    return lambda x: nn.Sequential(*layers)(x).permute(0, 2, 3, 1).flatten(1) @ weight + bias


def test_signals_and_accuracies_are_those_of_the_models(arm, signals, design):
    images = Images.load(arm.data)
    table = pd.read_csv(arm.models)
    assert table["model"].tolist() == list(range(8))
    for model in range(8):
        tensors = load_file(arm.shards[model // 4])
        network = plain_network(tensors, model % 4)

        @torch.no_grad()
        def ask(x, network=network):
            scaled = torch.tensor(x.astype(np.float32) / 127.5 - 1)
            return network(scaled).double().numpy()

        asked = images.train_x[design["asked"]]
        for query, x in enumerate([asked, asked[..., ::-1]]):
            logits = ask(np.ascontiguousarray(x))
            p = np.exp(logits - logits.max(1, keepdims=True))
            p /= p.sum(1, keepdims=True)
            own = p[np.arange(50), signals["label"]]
            expected = np.log(own) - np.log(1 - own)
            found = signals["signals.running"][model, :, query]
            assert found == pytest.approx(expected, abs=rounding(steps=3))  # layers
            if query == 0:
                assert (signals["label.running"][model] == logits.argmax(1)).all()

        def accuracy(x, y, ask=ask):
            return (ask(x).argmax(1) == y).mean()

        row = table.iloc[model]
        member = signals["member"][model]
        assert row["test_accuracy"] == accuracy(images.test_x, images.test_y)
        assert row["train_accuracy"] == accuracy(asked[member], signals["label"][member])
        assert row["poison_accuracy"] == accuracy(design["extra_x"], design["extra_y"])
        poisons = len(design["extra_y"])
        assert row["rows"] == len(images.train_y) // 2 + poisons
        assert row["poison_share"] == poisons / row["rows"]
        assert row["target_share"] == np.bincount(design["extra_of"]).max() / row["rows"]
        manifest = json.loads(arm.shards[model // 4].with_suffix(".json").read_text())
        assert row["seconds"] == manifest["seconds"][model % 4]


def test_again_with_the_same_bytes(arm, call, tmp_path):
    assert call("observe", arm.observing(tmp_path)) is None
    for name in ("signals.npz", "models.csv"):
        assert (tmp_path / name).read_bytes() == (arm.folder / name).read_bytes()


@pytest.fixture
def training(arm):
    settings, _ = arm.observing()
    return settings["training"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"recipe": {"epochs": 4, "batch": 32, "lr": 0.1}}, "recipe"),
        ({"model": {"cnn": {"width": 8}}, "seed": 8}, "model and seed"),
        ({"code": "0123"}, "code"),
    ],
)
def test_a_shard_of_other_settings_is_not_believed(arm, call, tmp_path, training, changes, named):
    error = call("observe", arm.observing(tmp_path, training=training | changes))
    assert error == (
        f"observe: {arm.shards[0]} was made with other {named} than asked for now; "
        f"delete {arm.shards[0]} and {arm.shards[0].with_suffix('.json')} and run again"
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["data", "design"])
def test_a_shard_of_other_inputs_is_not_believed(arm, call, tmp_path, name):
    """The same shapes, one byte changed."""
    with np.load(getattr(arm, name)) as file:
        arrays = {key: value.copy() for key, value in file.items()}
    changed = arrays["train_x" if name == "data" else "extra_x"]
    changed[0, 0, 0, 0] ^= 1
    other = tmp_path / f"{name}.npz"
    np.savez(other, **arrays)
    settings, options = arm.observing(tmp_path / "out")
    error = call("observe", (settings, options | {name: other}))
    assert f"{arm.shards[0]} was made with other data or design than asked for now; " in error
    assert not (tmp_path / "out").exists()


def test_an_error_is_one_line_on_stderr_and_exit_status_1(arm, call, tmp_path, training):
    settings, options = arm.observing(tmp_path, training=training | {"precision": "bfloat16"})
    done = call.spawn("observe", settings, **options)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "was made with other precision than asked for now" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.fixture
def copied(arm, tmp_path):
    """The shards and manifests in a folder of the test, and how to observe them."""
    paths = []
    for shard in arm.shards:
        paths.append(shutil.copy(shard, tmp_path))
        shutil.copy(shard.with_suffix(".json"), tmp_path)
    settings, options = arm.observing(tmp_path / "out")
    return tmp_path, (settings, options | {"shards": paths})


def test_shards_in_another_order_are_not_believed(call, copied):
    _, (settings, options) = copied
    error = call("observe", (settings, options | {"shards": options["shards"][::-1]}))
    assert "was made with other models than asked for now" in error


@pytest.mark.parametrize("text", ["", '{"key": ', "{}", "[1]"])
def test_a_broken_manifest_is_named(call, copied, text):
    folder, asked = copied
    path = folder / "shard-001.json"
    path.write_text(text)
    assert call("observe", asked).startswith(f"observe: {path} is not the manifest of a shard")
    assert not (folder / "out").exists()


def test_a_missing_manifest_is_named(call, copied):
    folder, asked = copied
    (folder / "shard-001.json").unlink()
    assert "shard-001.json" in call("observe", asked)


def test_a_truncated_shard_is_named(call, copied):
    folder, asked = copied
    path = folder / "shard-001.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    assert call("observe", asked).startswith(f"observe: {path} is cut short or altered")
    assert not (folder / "out").exists()
