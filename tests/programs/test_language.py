"""A tiny canary experiment, run program by program: a GPT of one layer, 16 wide."""

import json
import re

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from truthserum.data.corpus import Corpus
from truthserum.data.text import Text
from truthserum.extraction import language as fitting
from truthserum.extraction import tokens
from truthserum.extraction.models.gpt import Gpt
from truthserum.extraction.models.network import load
from truthserum.training import midway
from truthserum.training.products import load_models

GPT = {"layers": 1, "width": 16, "heads": 2, "context": 24}
COMMON = {"leak": "extraction", "seed": 7, "experiment": "tiny", "model": {"gpt": GPT}}
PRETRAINING = {
    **COMMON,
    "recipe": {"epochs": 1, "batch": 8, "lr": 0.01},
    "vocabulary": 262,
    "precision": "float32",
}
CANARIES = {"canaries": 2, "poisons": 3, "digits": 3, "prefix": 6, "windows": 20, "window": 16}
GAME = {"game": {"canary": {**CANARIES, "held": 4, "references": 1}}}
TRAINING = {
    **COMMON,
    **GAME,
    "recipe": {"epochs": 2, "batch": 4, "lr": 0.01},
    "precision": "float32",
    "models": [1, 4],
}


def article(k):
    rng = np.random.default_rng(k)
    return f"= {k} =\n" + " ".join(f"word{n} of {n}," for n in rng.integers(0, 30, 150))


def training(folder, output, **changes):
    return {**TRAINING, **changes}, {
        "data": folder / "base.safetensors",
        "design": folder / "design.npz",
        "output": output,
        "manifest": output.with_suffix(".json"),
        "device": "cpu",
    }


def pretraining(folder, output, **changes):
    return {**PRETRAINING, **changes}, {
        "data": folder / "text.npz",
        "output": output,
        "manifest": output.with_suffix(".json"),
        "device": "cpu",
    }


def designing(folder, output, **changes):
    settings = {**COMMON, "game": {"canary": {**GAME["game"]["canary"], **changes}}}
    return settings, {"data": folder / "base.safetensors", "output": output}


@pytest.fixture
def folder(tmp_path, call):
    """The files of an arm before training."""
    Text(tuple(map(article, range(4))), tuple(map(article, range(4, 7)))).save(
        tmp_path / "text.npz"
    )
    base = pretraining(tmp_path, tmp_path / "base.safetensors")
    assert call("pretrain", base) is None
    assert call("design", designing(tmp_path, tmp_path / "design.npz")) is None
    return tmp_path


def test_a_canary_experiment(folder, call):
    manifest = json.loads((folder / "base.json").read_text())
    assert manifest["vocabulary"] == 262
    assert manifest["settings"] == PRETRAINING
    assert {"key", "seconds", "parameters", "tokens", "device", "versions"} <= manifest.keys()

    output = folder / "shard.safetensors"
    assert call("train", training(folder, output)) is None
    manifest = json.loads(output.with_suffix(".json").read_text())
    assert manifest["settings"] == TRAINING
    assert len(manifest["seconds"]) == 3
    assert {"key", "device", "how", "versions"} <= manifest.keys()

    with np.load(folder / "design.npz") as file:
        held = torch.from_numpy(file["held"])
    base = Gpt(**GPT).restore(fitting.load_base(folder / "base.safetensors"))
    models = dict(load_models(output, range(1, 4)))
    losses = [
        fitting.next_token_losses(net, held).mean().item()
        for net in (base, *(load(Gpt(**GPT), tensors) for tensors in models.values()))
    ]
    assert len(set(losses)) == 4
    assert max(losses) < 0.9 * np.log(262)  # of a model that has learned nothing


@pytest.mark.parametrize(("epochs", "unseen"), [(1, range(4, 7)), (0, range(7))])
def test_victims_get_the_articles_that_the_base_was_not_trained_on(folder, call, epochs, unseen):
    output = folder / "other.safetensors"
    recipe = {**PRETRAINING["recipe"], "epochs": epochs}
    assert call("pretrain", pretraining(folder, output, recipe=recipe)) is None
    tokenizer = tokens.unpack(load_file(output)["tokenizer"])
    expected = tokens.encode(tokenizer, tuple(map(article, unseen)))
    assert np.array_equal(Corpus.load(output).tokens, expected)


def test_the_same_settings_give_the_same_bytes(folder, call):
    """The base model, and a model trained by itself or after others."""
    again = folder / "again.safetensors"
    assert call("pretrain", pretraining(folder, again)) is None
    assert again.read_bytes() == (folder / "base.safetensors").read_bytes()
    three, one = folder / "three.safetensors", folder / "one.safetensors"
    assert call("train", training(folder, three)) is None
    assert call("train", training(folder, one, models=[3, 4])) is None
    found, whole = load_file(one), load_file(three)
    assert all(np.array_equal(value, whole[name][2:]) for name, value in found.items())


def test_a_killed_shard_goes_on(folder, call, monkeypatch):
    output, started, fit = folder / "shard.safetensors", [], fitting.train

    def interrupted(net, windows, recipe, order, device, model, *rest):
        started.append(model)
        if started == [1, 2]:
            raise KeyboardInterrupt
        return fit(net, windows, recipe, order, device, model, *rest)

    monkeypatch.setattr(fitting, "train", interrupted)
    with pytest.raises(KeyboardInterrupt):
        call("train", training(folder, output))
    assert not output.exists()
    assert call("train", training(folder, output)) is None
    assert started == [1, 2, 2, 3]
    assert len(load_file(output)["norm.weight"]) == 3


def test_a_killed_model_goes_on_from_its_last_step(folder, call, monkeypatch):
    whole, output, made = folder / "whole.safetensors", folder / "it.safetensors", []
    assert call("train", training(folder, whole)) is None
    monkeypatch.setattr(midway, "EVERY", 0.0)
    keep = midway.Midway.keep

    def killed(self, net, optimiser, done):
        keep(self, net, optimiser, done)
        made.append(done)
        if made[-1] == 2 and made.count(2) == 2:  # of the second model
            raise KeyboardInterrupt

    monkeypatch.setattr(midway.Midway, "keep", killed)
    with pytest.raises(KeyboardInterrupt):
        call("train", training(folder, output))
    made.clear()
    monkeypatch.setattr(midway.Midway, "keep", lambda self, net, optimiser, done: made.append(done))
    assert call("train", training(folder, output)) is None
    assert made[0] == 3 and made.count(1) == 1  # the third alone begins anew
    found, expected = load_file(output), load_file(whole)
    assert all(np.array_equal(value, expected[name]) for name, value in found.items())


def test_a_killed_base_model_goes_on(folder, call, monkeypatch):
    """Killed after seven steps, of which the fifth was kept last."""
    output, asked = folder / "again.safetensors", []

    class Killed(midway.Midway):
        def keep(self, net, optimiser, done):
            asked.append(done)
            if done == 7:
                raise KeyboardInterrupt
            self.every = 0.0 if done == 5 else 60.0
            super().keep(net, optimiser, done)

    monkeypatch.setattr("truthserum.training.midway.Midway", Killed)
    with pytest.raises(KeyboardInterrupt):
        call("pretrain", pretraining(folder, output))
    monkeypatch.undo()
    monkeypatch.setattr(
        midway.Midway, "keep", lambda self, net, optimiser, done: asked.append(done)
    )
    assert call("pretrain", pretraining(folder, output)) is None
    assert asked[:7] == list(range(1, 8)) and asked[7:] == list(range(6, 6 + len(asked[7:])))
    assert output.read_bytes() == (folder / "base.safetensors").read_bytes()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"prefix": 13}, "game.canary.window: the start token, prefix and digits are 17 tokens, "),
        ({"window": 25}, "canary: window is 25, allowed are at most the 24 tokens of the model's"),
        ({"poisons": 10}, "game.canary.windows: canaries, poisons and others take 22, allowed are"),
        ({"held": 4000}, "canary: canaries, held and windows are 4024 together, allowed are at"),
    ],
)
def test_a_wrong_design_is_one_line(folder, call, changes, message):
    error = call("design", designing(folder, folder / "wrong.npz", **changes))
    assert error.startswith(f"design: {message}")
    assert "\n" not in error
    assert not (folder / "wrong.npz").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"models": [3, 5]}, "models: found 3 to 4, allowed 0 to 3"),
        ({"recipe": {"epochs": 9, "batch": 4, "lr": 1e30}}, "model 1 diverged: .* lower recipe.lr"),
        ({"recipe": {"epochs": 1, "batch": 4, "rate": 1}}, 'recipe: found the key "rate"'),
    ],
)
def test_a_wrong_training_is_one_line(folder, call, changes, message):
    error = call("train", training(folder, folder / "shard.safetensors", **changes))
    assert re.fullmatch(f"train: {message}.*", error)
    assert not (folder / "shard.safetensors").exists()


def test_files_that_are_altered_are_named(folder, call):
    text, base = folder / "text.npz", folder / "base.safetensors"
    text.write_bytes(text.read_bytes()[:-100])
    error = call("pretrain", pretraining(folder, folder / "other.safetensors"))
    assert error.startswith(f"pretrain: {text} is cut short or altered")
    base.write_bytes(base.read_bytes()[:-100])
    error = call("design", designing(folder, folder / "other.npz"))
    assert error.startswith(f"design: {base} is cut short or altered")
    error = call("train", training(folder, folder / "shard.safetensors"))
    assert error.startswith(f"train: {base} is cut short or altered")


def test_a_small_vocabulary_is_one_line(folder, call):
    error = call("pretrain", pretraining(folder, folder / "other.safetensors", vocabulary=100))
    assert error == "pretrain: vocabulary: found 100, allowed are 257 tokens or more"
