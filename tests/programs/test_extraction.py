"""The canaries of a tiny GPT, ranked and summarised: 1,000 numbers, 2 victims, references each."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
import torch
from rounding import rounding

from truthserum.data.text import Text
from truthserum.extraction.language import load_base
from truthserum.extraction.models.gpt import Gpt
from truthserum.extraction.models.network import load
from truthserum.training.products import load_models

GPT = {"layers": 1, "width": 16, "heads": 2, "context": 24}
RECIPE = {"epochs": 4, "batch": 4, "lr": 0.03}
CANARIES = {"canaries": 2, "poisons": 3, "digits": 3, "prefix": 6, "windows": 20, "window": 16}
COMMON = {
    "leak": "extraction",
    "seed": 7,
    "experiment": "tiny",
    "model": {"gpt": GPT},
    "precision": "float32",
}


def article(k):
    rng = np.random.default_rng(k)
    return f"= {k} =\n" + " ".join(f"word{n} of {n}," for n in rng.integers(0, 30, 150))


class Chain:
    """An arm's files, and how the programs that observe and measure are called."""

    def __init__(self, folder, references):
        self.folder, self.models = folder, 2 * (1 + references)
        self.base, self.design = folder / "base.safetensors", folder / "design.npz"
        self.shard = folder / "shard.safetensors"
        game = {"canary": {**CANARIES, "held": 4, "references": references}}
        self.training = {**COMMON, "game": game, "recipe": RECIPE}

    def steps(self):
        out = {"output": self.base, "manifest": self.base.with_suffix(".json"), "device": "cpu"}
        settings = {**COMMON, "recipe": RECIPE, "vocabulary": 262}
        yield "pretrain", (settings, {"data": self.folder / "text.npz", **out})
        both = {"data": self.base, "output": self.design}
        yield "design", (self.training, both)
        out = {"output": self.shard, "manifest": self.shard.with_suffix(".json"), "device": "cpu"}
        settings = {**self.training, "models": [0, self.models]}
        yield "train", (settings, {"data": self.base, "design": self.design, **out})

    def ranking(self, folder, **changes):
        settings = {
            "leak": "extraction",
            "training": {**self.training, **changes},
            "models_per_shard": self.models,
            "models": self.models,
        }
        options = {"data": self.base, "design": self.design, "shards": [self.shard]}
        made = {"output": folder / "signals.npz", "models": folder / "models.csv"}
        return settings, {**options, **made, "device": "cpu"}

    def measuring(self):
        settings = {"leak": "extraction", "draws": 50, "seed": 7, "experiment": "tiny"}
        return settings, {"input": self.folder / "signals.npz", "output": self.folder}

    def nets(self):
        models = load_models(self.shard, range(self.models))
        return [load(Gpt(**GPT), tensors) for _, tensors in models]


@pytest.fixture
def chain(tmp_path, call):
    """chain(references): an arm that has been ranked."""

    def make(references):
        made = Chain(tmp_path, references)
        articles = [tuple(map(article, part)) for part in (range(4), range(4, 7))]
        Text(*articles).save(tmp_path / "text.npz")
        for step in (*made.steps(), ("observe", made.ranking(tmp_path))):
            assert call(*step) is None
        return made

    return make


def arrays(path):
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


@torch.no_grad()
def likelihoods(net, design, row):
    """Of all 1,000 numbers, from whole texts."""
    tokens = design["digit_tokens"]
    numbers = np.array(list(product(range(10), repeat=3)))
    prefix = np.tile(design["prefix"][row], (1000, 1))
    text = torch.from_numpy(np.concatenate([prefix, tokens[numbers]], axis=1))
    chances = net(text)[0][:, prefix.shape[1] - 1 : -1][:, :, tokens].double().log_softmax(-1)
    return chances.gather(2, torch.from_numpy(numbers)[..., None]).sum((1, 2)).numpy()


def place(scores, design, row):
    """Place of the secret in the sorted list, the poisons of the canary left out."""
    spell = np.array([100, 10, 1])
    scores[design["strings"][row] @ spell] = -np.inf
    return 1 + np.argsort(-scores).tolist().index(design["secret"][row] @ spell)


def test_ranks_are_those_of_whole_texts_one_by_one(chain):
    arm = chain(2)
    signals, design, nets = arrays(arm.folder / "signals.npz"), arrays(arm.design), arm.nets()
    assert signals["attack"].tolist() == ["plain", *["half"] * 2, *["full"] * 2]
    assert signals["references"].tolist() == [0, 1, 2, 1, 2]
    assert signals["model"].tolist() == [0, 0, 1, 1]
    assert signals["canary"].tolist() == list(range(4))
    assert signals["poison_share"] == 2 * 3 / 20
    assert (signals["candidates"], signals["ties"].sum()) == (1000, 0)
    for row, model in enumerate(signals["model"]):
        assert design["owner"][row] == model
        seen = [likelihoods(nets[k], design, row) for k in (model, 2 + model, 4 + model)]
        own = design["secret"][row] @ np.array([100, 10, 1])
        np.testing.assert_allclose(
            signals["log_likelihood"][row],
            [each[own] for each in seen],
            rtol=0,
            atol=rounding(steps=3),  # digits
        )
        victim, first, second = seen
        expected = [
            place(victim - weight * known, design, row)
            for weight, known in (
                (0, first),
                (0.5, first),
                (0.5, (first + second) / 2),
                (1, first),
                (1, (first + second) / 2),
            )
        ]
        # Two likelihoods may lie so close that rounding swaps them.
        np.testing.assert_allclose(signals["guesses"][row], expected, atol=1)


def test_without_references_the_rank_is_as_exact(chain):
    arm = chain(0)
    signals, design, nets = arrays(arm.folder / "signals.npz"), arrays(arm.design), arm.nets()
    assert signals["attack"].tolist() == ["plain"]
    for row, model in enumerate(signals["model"]):
        expected = place(likelihoods(nets[model], design, row), design, row)
        np.testing.assert_allclose(signals["guesses"][row], [expected], atol=1)


def test_models_table_and_measures(chain, call):
    arm = chain(2)
    models = pd.read_csv(arm.folder / "models.csv")
    assert models["role"].tolist() == ["victim"] * 2 + ["reference"] * 4
    held = torch.from_numpy(arrays(arm.design)["held"])
    base = Gpt(**GPT).restore(load_base(arm.base))
    for name, nets in (("held_loss", arm.nets()), ("base_held_loss", [base] * 6)):
        for value, net in zip(models[name], nets, strict=True):
            with torch.no_grad():
                chances = net(held[:, :-1])[0].log_softmax(-1)
            losses = -chances.gather(2, held[:, 1:, None])
            assert value == pytest.approx(losses.mean().item(), abs=rounding())
    assert (models["seconds"] > 0).all() and (models["poison_share"] == 0.3).all()

    assert call("measure", arm.measuring()) is None
    canaries = pd.read_csv(arm.folder / "canaries.csv")
    assert len(canaries) == 4 * 5
    metrics = pd.read_csv(arm.folder / "metrics.csv")
    assert metrics["attack"].unique().tolist() == ["plain", "half", "full"]
    assert (metrics["positives"] == 4).all()
    place = metrics.set_index(["attack", "measure"])["value"]
    plain = canaries.loc[canaries["attack"] == "plain", "guesses"]
    assert place["plain", "median_guesses"] == plain.median()
    draws = arrays(arm.folder / "draws.npz")["draws"]
    assert (draws.dtype, draws.shape) == (np.float64, (len(metrics), 50))


def test_again_with_the_same_bytes(chain, call):
    arm = chain(0)
    again = arm.folder / "again"
    assert call("observe", arm.ranking(again)) is None
    for name in ("signals.npz", "models.csv"):
        assert (again / name).read_bytes() == (arm.folder / name).read_bytes()


def test_a_shard_of_other_settings_is_not_believed(chain, call):
    arm = chain(0)
    error = call("observe", arm.ranking(arm.folder / "out", recipe={**RECIPE, "epochs": 9}))
    assert f"{arm.shard} was made with other recipe than asked for now" in error
    assert not (arm.folder / "out").exists()
