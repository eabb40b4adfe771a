"""The first of everything that the jobs of an informed adversary do."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from truthserum.options import build, checked
from truthserum.reconstruction.engine.recipe import InformedRecipe
from truthserum.reconstruction.engine.shard import Tasks, train_arm
from truthserum.reconstruction.reconstructors.base import Lab, Pairs, Reconstructor, fit_all
from truthserum.reconstruction.reconstructors.network import Network
from truthserum.reconstruction.views import views_of
from truthserum.storage.files import scratch
from truthserum.training.device import choose
from truthserum.training.lockstep import Task
from truthserum.training.products import Scratch, Tensors

STEPS = 3  # a rate may be 0 in the first; the third shows what the second one did
SEED = 0
FEW = 16  # records of the fixed set, and of a batch
WIDEST = 2000  # numbers that are seen of a made-up model, at most
SHADOWS, VALIDATION = 8, 4  # made-up models that reconstructors are fitted to, or fewer


def rehearse(settings: Mapping[str, Any], data_of: Callable[[Mapping[str, Any]], Any]) -> None:
    """Draw the design, train a released and another model, and fit every reconstructor.

    The models for a few steps, the reconstructors to a few made-up models, networks for an epoch.
    settings: data, game, model, recipe, shadow_recipe, reconstructors and views, and shadow_data if
    there are any. data_of: the data set that a section `data` describes. Raises what the jobs
    would.
    """
    data, other = data_of(settings["data"]), settings.get("shadow_data")
    game = build("game", settings["game"])
    whole = game.design(data, SEED, other and data_of(other))
    design = replace(whole, fixed=whole.fixed[:FEW])
    believed = settings["recipe"] | (settings.get("shadow_recipe") or {})
    task = Task(build("model", settings["model"]), _brief(settings["recipe"]), data.classes, SEED)
    tasks = Tasks(released=task, own=replace(task, recipe=_brief(believed)))
    pair = range(design.released - 1, design.released + 1)
    with scratch() as folder:
        kept = Scratch(folder, "")
        tensors, _ = train_arm(tasks, data, design, pair, 2, choose("cpu"), kept, "")
    tensors.pop("loglikelihood", None)
    sizes = min(SHADOWS, game.shadows), min(VALIDATION, game.validation)
    for view, names in settings["views"].items():
        chosen = json.dumps({name: settings["reconstructors"][name] for name in names})
        _fit(chosen, sizes, _width(view, tensors, data.classes), data.shape)


@cache
def _fit(chosen: str, sizes: tuple[int, int], seen: int, shape: tuple[int, int, int]) -> None:
    """Fit reconstructors to made-up models of which so many numbers are seen."""
    shadows, validation = (_made_up(size, seen, shape) for size in sizes)
    reconstructors = {name: build("reconstructor", of) for name, of in json.loads(chosen).items()}
    quick = {name: _quick(of) for name, of in reconstructors.items()}
    fit_all(quick, shadows, validation, Lab(SEED, "cpu"))


def _brief(recipe: Mapping[str, Any]) -> InformedRecipe:
    """The recipe with a few steps, and any noise where it names an epsilon."""
    found = checked(InformedRecipe, recipe, "recipe")
    privacy = found.privacy
    if privacy is not None and privacy.noise is None:
        privacy = type(privacy)(privacy.clip, noise=1.0)
    batch = found.batch and min(found.batch, FEW)
    return replace(found, steps=STEPS, privacy=privacy, batch=batch)


def _quick(reconstructor: Reconstructor) -> Reconstructor:
    """The same, or a network that is trained for an epoch."""
    if isinstance(reconstructor, Network):
        return replace(reconstructor, epochs=1, steps=0, looks=1)
    return reconstructor


def _width(view: str, tensors: Tensors, classes: int) -> int:
    """How many numbers a view of a model has, or `WIDEST`; of logits, those of one question."""
    one = {name: value[:1] for name, value in tensors.items()}
    logits = next(iter(one.values())).new_zeros(classes)
    return min(WIDEST, views_of(one, logits)[view].numel())


def _made_up(size: int, seen: int, shape: tuple[int, int, int]) -> Pairs:
    rng = np.random.default_rng(SEED + size)
    views, images = rng.normal(size=(size, seen)), rng.random((size, int(np.prod(shape))))
    return Pairs(views.astype(np.float32), images.astype(np.float32), shape)
