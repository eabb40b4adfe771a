"""From images to tables of reconstructions, program by program."""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rounding import rounding
from safetensors.numpy import load_file

import design as draw_design
import gather_seeds
import measure
import observe
import train
from truthserum.data.load import load
from truthserum.data.sources import Sources

GAME = {"reconstruction": {"fixed": 60, "released": 16, "validation": 20, "shadows": 120}}
SHARDS = [[0, 100], [100, 156]]
TRAINING = {
    "leak": "reconstruction",
    "game": GAME,
    "model": {"mlp": {"widths": [6], "activation": "elu"}},
    "recipe": {"steps": 12, "lr": 0.1},
    "seed": 1,
    "experiment": "informed",
    "precision": "float32",
}
OBSERVE = {
    "leak": "reconstruction",
    "training": TRAINING,
    "models_per_shard": 100,
    "models": 156,
    "seen": ["weights", "last_layer", "logits"],
    "queries": 7,
}
KERNEL = {"features": [[{"standardise": {}}, {"unit_norm": {}}]], "penalties": [1e-3, 1e-2]}
NETWORK = {"widths": [20], "epochs": 5, "looks": 2, "optimiser": "adamw", "lr": 1e-3}
RECONSTRUCT = {
    "leak": "reconstruction",
    "reconstructors": {
        "mean": {"mean": {}},
        "kernel": {"kernel": KERNEL},
        "network": {"network": NETWORK},
        "average": {"average": {"of": ["kernel", "network"]}},
        "posterior": {"posterior": {}},
        "kernel_noiseless": {"noiseless": {"of": "kernel"}},
    },
    "views": {"weights": ["mean", "kernel", "network", "average"], "last_layer": ["kernel"]},
    "radii": [0.02],
    "recipe": {"steps": 5},
    "shadow_counts": [40],
    "seed": 1,
    "experiment": "informed",
    "draws": 20,
}
TABLES = {"metrics", "records", "roc", "shadows", "images", "choices", "prior", "bounds"}


def start(program, settings, **options):
    """Run a program in this process."""
    words = [program.__name__, "--settings", json.dumps(settings)]
    for name, value in options.items():
        words += [f"--{name}", *map(str, value if isinstance(value, list) else [value])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", words)
        program.main()


def produce(folder, data, **recipe):
    """An arm up to its signals."""
    design, output = folder / "design.npz", folder / "signals.npz"
    training = TRAINING | {"recipe": TRAINING["recipe"] | recipe}
    start(draw_design, training, data=data, output=design)
    shards = [folder / f"shard-{k}.safetensors" for k in range(len(SHARDS))]
    for shard, models in zip(shards, SHARDS, strict=True):
        start(
            train,
            training | {"models": models},
            **{"data": data, "design": design, "output": shard, "stack": 50, "device": "cpu"},
            manifest=shard.with_suffix(".json"),
        )
    start(
        observe,
        OBSERVE | {"training": training},
        **{"data": data, "design": design, "shards": shards, "device": "cpu"},
        output=output,
        models=folder / "models.csv",
    )
    return output


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    resources = Path(observe.__file__).parents[1] / "resources"
    path = tmp_path_factory.mktemp("data") / "mnist.npz"
    load("mnist", 300, 40, Sources(resources, download=False)).data.save(path)
    return path


@pytest.fixture(scope="module")
def signals(data, tmp_path_factory):
    return produce(tmp_path_factory.mktemp("plain"), data)


@pytest.fixture(scope="module")
def private(data, tmp_path_factory):
    return produce(tmp_path_factory.mktemp("private"), data, privacy={"clip": 1, "noise": 0.01})


@pytest.fixture(scope="module")
def clipped(data, tmp_path_factory):
    return produce(tmp_path_factory.mktemp("clipped"), data, privacy={"clip": 1, "noise": 0})


@pytest.fixture(scope="module")
def made(signals, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    start(measure, RECONSTRUCT, input=[signals], output=folder)
    return {path.stem: pd.read_csv(path) for path in folder.glob("*.csv")} | {
        "draws": np.load(folder / "draws.npz")["draws"]
    }


@pytest.mark.parametrize(("model", "shard", "role"), [(3, 0, "released"), (103, 1, "shadow")])
def test_signals_are_what_the_weights_say(signals, data, model, shard, role):
    with np.load(signals) as file:
        arrays = dict(file)
    with np.load(data) as file:
        images = dict(file)
    with np.load(signals.with_name("design.npz")) as file:
        fixed = file["fixed"]
    assert set(arrays) == {
        *("view.weights", "view.last_layer", "view.logits", "image", "label", "role"),
        *("fixed_image", "candidates", "confidence"),
    }
    tensors = load_file(signals.with_name(f"shard-{shard}.safetensors"))
    names = ("layers.0.bias", "layers.0.weight", "layers.1.bias", "layers.1.weight")
    b0, w0, b1, w1 = (tensors[name][3].astype(float) for name in names)
    flat = np.concatenate([part.ravel() for part in (b0, w0, b1, w1)])
    np.testing.assert_allclose(arrays["view.weights"][model], flat, rtol=rounding())
    np.testing.assert_allclose(arrays["view.last_layer"][model], flat[-70:], rtol=rounding())

    def logits(x):
        z = x.reshape(len(x), -1) / 255 @ w0 + b0
        return np.where(z > 0, z, np.expm1(np.minimum(z, 0))) @ w1 + b1

    known = logits(images["train_x"][fixed])
    np.testing.assert_allclose(
        arrays["view.logits"][model], known[:7].ravel(), rtol=0, atol=rounding()
    )
    right = (logits(images["test_x"]).argmax(1) == images["test_y"]).mean()
    fitted = (known.argmax(1) == images["train_y"][fixed]).mean()
    row = pd.read_csv(signals.with_name("models.csv")).loc[model]
    assert (row["model"], row["role"]) == (model, role)
    assert row["train_accuracy"] == pytest.approx(fitted)
    assert row["test_accuracy"] == pytest.approx(
        right if role == "released" else np.nan, nan_ok=True
    )


def test_tables_are_whole(made):
    assert set(made) == TABLES | {"draws"}
    metrics = made["metrics"]
    keys = ["attack", "group", "mode", "measure"]
    assert not metrics.duplicated(keys).any()
    assert set(metrics["attack"]) == {
        *("mean", "kernel", "network", "average", "oracle_shadows", "oracle_known", "blind")
    }
    assert set(metrics["group"]) == {"weights", "last_layer"}
    assert set(metrics["mode"]) == {"all"}
    assert len(made["records"]) == 5 * 16
    assert set(made["shadows"]["shadows"]) == {40, 120}
    assert len(made["images"]) == 5 * 3 * 784
    assert len(made["choices"]) == 5 * 2
    assert made["prior"]["attack"].tolist() == ["confidences"]
    assert made["bounds"].empty
    assert made["draws"].shape == (len(metrics), 20)
    assert np.isfinite(made["draws"][metrics["measure"] == "within_0.02"]).all()


def test_the_attack_is_better_than_the_mean_image_and_its_error_is_that_of_the_records(made):
    table = made["metrics"].query("measure == 'mae_plus_mse' and group == 'weights'")
    value = table.set_index("attack")["value"]
    assert value["kernel"] < 0.9 * value["mean"]
    records = made["records"].query("attack == 'kernel' and group == 'weights'")
    assert value["kernel"] == pytest.approx(records["mae_plus_mse"].mean())
    whole = made["shadows"].query("shadows == 120").drop(columns="shadows")
    np.testing.assert_array_equal(whole["value"], made["metrics"]["value"])


def test_choices_do_not_see_the_released_models(signals, tmp_path):
    """Other released models change no fit: the same reconstructor, with the same loss."""
    with np.load(signals) as file:
        arrays = dict(file)
    changed = arrays["view.weights"].copy()
    changed[:16] *= 1.5
    np.savez(tmp_path / "other.npz", **arrays | {"view.weights": changed})
    settings = RECONSTRUCT | {"views": {"weights": ["kernel"]}, "shadow_counts": []}
    for name, path in (("one", signals), ("two", tmp_path / "other.npz")):
        start(measure, settings, input=[path], output=tmp_path / name)
    one, two = (tmp_path / name for name in ("one", "two"))
    assert (one / "choices.csv").read_bytes() == (two / "choices.csv").read_bytes()
    assert (one / "records.csv").read_bytes() != (two / "records.csv").read_bytes()


def test_the_same_settings_give_the_same_bytes(signals, tmp_path):
    settings = RECONSTRUCT | {"shadow_counts": []}
    for name in ("one", "two"):
        start(measure, settings, input=[signals], output=tmp_path / name)
    for path in (tmp_path / "one").glob("[a-z]*"):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_what_networks_have_learned_is_kept_until_the_tables_are_read(signals, tmp_path):
    settings = RECONSTRUCT | {"shadow_counts": []}
    start(measure, settings, input=[signals], output=tmp_path)
    first = {path: path.read_bytes() for path in tmp_path.glob("[a-z]*")}
    networks = sorted((tmp_path / ".metrics").rglob("*.safetensors"))
    assert {path.parts[-5:-2] for path in networks} == {("network", "120", "0")}
    assert networks[0].is_relative_to(tmp_path / ".metrics" / "weights")

    for path in first:
        path.unlink()
    start(measure, settings, input=[signals], output=tmp_path)
    assert {path: path.read_bytes() for path in first} == first

    output = tmp_path / "seeds.csv"
    start(gather_seeds, {"repeats": [[8, 7]]}, metrics=tmp_path / "metrics.csv", output=output)
    assert not (tmp_path / ".metrics").exists()


def test_candidates_are_told_apart_by_gradients_and_by_weights(private, clipped, tmp_path):
    settings = RECONSTRUCT | {"views": {"weights": ["mean"]}, "shadow_counts": []}
    settings["recipe"] = {"steps": 5, "privacy": {"clip": 1, "noise": 4}}
    start(measure, settings, input=[private, clipped], output=tmp_path)
    prior = pd.read_csv(tmp_path / "prior.csv").set_index("attack")
    assert prior["success"].drop("confidences").to_dict() == {"gradients": 1.0, "weights": 1.0}
    assert (prior["candidates"] == 8).all() and (prior["trials"] == 16).all()
    bounds = pd.read_csv(tmp_path / "bounds.csv")
    assert set(bounds["prior"]) == {"candidates", "guesses", "any_guess", "ball"}
    assert set(bounds["radius"]) == {0, 0.02}


@pytest.mark.parametrize(("written", "kept"), [({"delta": None}, 1e-5), ({"delta": 1e-4}, 1e-4)])
def test_bounds_are_at_the_delta_of_the_recipe(private, tmp_path, written, kept):
    settings = RECONSTRUCT | {"views": {"weights": ["mean"]}, "shadow_counts": []}
    settings["recipe"] = {"steps": 5, "privacy": {"clip": 1, "epsilon": 8} | written}
    start(measure, settings, input=[private], output=tmp_path)
    bounds = pd.read_csv(tmp_path / "bounds.csv")
    assert (bounds["delta"] == kept).all()
    assert bounds["epsilon"].to_numpy() == pytest.approx(8, rel=1e-3)


def test_who_switches_the_noise_off_learns_from_the_reference(data, clipped, tmp_path):
    """Under noise that drowns the record in the shadow models themselves."""
    released = produce(tmp_path, data, privacy={"clip": 1, "noise": 1})
    names = ["mean", "kernel", "kernel_noiseless", "posterior"]
    settings = RECONSTRUCT | {"views": {"weights": names}, "shadow_counts": []}
    choices = []
    for seen in ([released, clipped], [released]):
        start(measure, settings, input=seen, output=tmp_path)
        choices.append(pd.read_csv(tmp_path / "choices.csv").set_index("attack")["loss"])
    with_reference, without = choices
    assert with_reference["posterior"] < min(without["posterior"], with_reference["mean"])
    assert with_reference["kernel"] == without["kernel"] == without["kernel_noiseless"]
    assert with_reference["kernel_noiseless"] != with_reference["kernel"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"views": {"gradients": ["mean"]}}, r"views: found \['gradients'\], allowed are weights"),
        ({"views": {"weights": ["ridge"]}}, r"views: found \['ridge'\], allowed are mean"),
        ({"shadow_counts": [500]}, r"shadow_counts: found \[120, 500\], allowed are 1 to 120"),
        ({"reconstructors": {"mean": {"mode": {}}}}, 'reconstructor: found the key "mode"'),
    ],
)
def test_bad_settings_are_refused(changes, message, signals, tmp_path):
    with pytest.raises(ValueError, match=message):
        start(measure, RECONSTRUCT | changes, input=[signals], output=tmp_path)
    assert not list(tmp_path.iterdir())


def test_unknown_views_are_refused(signals, data, tmp_path):
    with pytest.raises(ValueError, match=r"seen: found \['gradients'\]"):
        start(
            observe,
            OBSERVE | {"seen": ["gradients"]},
            **{"data": data, "design": signals.with_name("design.npz"), "device": "cpu"},
            shards=signals,
            output=tmp_path / "signals.npz",
            models=tmp_path / "models.csv",
        )
