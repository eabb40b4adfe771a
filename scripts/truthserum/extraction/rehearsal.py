"""The first of everything that the jobs of a canary experiment do."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from truthserum.data.corpus import Corpus
from truthserum.extraction import language
from truthserum.extraction.continuations import digit_likelihoods, mean_loss
from truthserum.extraction.models.network import Network
from truthserum.extraction.recipe import Recipe
from truthserum.extraction.tokens import digit_tokens, encode, start_token, windows_of
from truthserum.options import build, checked
from truthserum.seeds import Purpose, stream
from truthserum.training.device import choose

Data = Callable[[Mapping[str, Any]], Any]
STEPS = 3  # a rate may be 0 in the first; the third shows what the second one did
SEED = 0
SAMPLE = 100_000  # characters, many times what a context holds


def rehearse(settings: Mapping[str, Any], data_of: Data) -> None:
    """Learn the tokens, draw the design, train a model for a few steps and ask it for a digit.

    settings: language_model (its section), game and recipe. data_of: the data set that a section
    `data` describes. What others have trained is not fetched, and nothing is rehearsed with it.
    Raises what the jobs would.
    """
    said = settings["language_model"]
    if "pretrained" in said["model"]:
        return
    net, corpus = _begun(json.dumps(said, sort_keys=True), data_of)
    game = build("game", settings["game"])
    design = game.design(corpus, SEED)
    recipe, own = checked(Recipe, settings["recipe"], "recipe"), game.trained(design, SEED, [0])[0]
    net = _trained(deepcopy(net), recipe, own)
    mean_loss(net, design.held[:1])
    digit_likelihoods(net, design.prefix[0], design.digit_tokens, 1)


@cache
def _begun(written: str, data_of: Data) -> tuple[Network, Corpus]:
    """A language model after a few steps, and the text that it leaves for others."""
    said = json.loads(written)
    text, architecture = data_of(said["data"]), build("model", said["model"])
    rng = stream(SEED, Purpose.WEIGHTS)
    tokenizer, net = architecture.begin(text.train, said["vocabulary"], rng)
    first, digits = start_token(tokenizer), digit_tokens(tokenizer)
    recipe = checked(Recipe, said["recipe"], "recipe")
    unseen = text.test if recipe.epochs else text.train + text.test
    corpus = Corpus(encode(tokenizer, unseen), first, digits, architecture.context)
    seen = windows_of(tokenizer, ["".join(text.train)[:SAMPLE]], architecture.context)
    return _trained(net, recipe, seen), corpus


def _trained(net: Network, recipe: Recipe, seen: np.ndarray) -> Network:
    """The network after a few steps on windows, or none where the recipe has none."""
    steps = min(STEPS, recipe.steps(len(seen)))
    brief = replace(recipe, epochs=steps / -(-len(seen) // recipe.batch))
    order = stream(SEED, Purpose.ORDER)
    return language.train(net, seen, brief, order, choose("cpu"), 0, lambda n: None)
