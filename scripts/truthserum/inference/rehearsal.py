"""The first of everything that the jobs of a membership or attribute game do."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from truthserum.inference.defences.base import Defence, Undefended
from truthserum.inference.defences.dpsgd import DpSgd
from truthserum.inference.defences.private import noisy
from truthserum.inference.games.base import rows_of
from truthserum.options import build, checked
from truthserum.seeds import experiment_seed
from truthserum.training.batches import batches_of
from truthserum.training.device import choose
from truthserum.training.lockstep import Fit, Task, train
from truthserum.training.observe import ask, modes
from truthserum.training.recipe import Augmentation, Recipe

STEPS = 3  # a rate may be 0 in the first; the third shows what the second one did
BATCH = 8  # or fewer, where the settings say so
FEW, FILTERED = 3 * BATCH, 512  # of a model's rows, and where a defence chooses among them
PUBLIC = 500  # test records, from which scales and priors are
PAIR = range(2)


def rehearse(settings: Mapping[str, Any], data_of: Callable[[Mapping[str, Any]], Any]) -> None:
    """Draw the design, train two models for a few steps and ask them a batch of points.

    settings: data, game, model, recipe, defence, queries, observed_batch, seed and experiment.
    data_of: the data set that a section `data` describes. Raises what the jobs would.
    """
    data, game, device = data_of(settings["data"]), build("game", settings["game"]), choose("cpu")
    data = data.first(len(data.train_y), min(len(data.test_y), PUBLIC))
    size, recipe = len(data.train_y), checked(Recipe, settings["recipe"], "recipe")
    seed = experiment_seed(settings["seed"], settings["experiment"])
    design = game.design(data, seed)
    x, labels = design.joined(data)
    rows = rows_of(game.trained(size, design, seed, PAIR))
    defence = build("defence", settings["defence"])
    few = rows[:, : FEW if isinstance(defence, Undefended) else FILTERED]
    held, batch = np.unique(few), min(BATCH, recipe.batch)
    brief = replace(recipe, batch=batch, epochs=STEPS / -(-few.shape[1] // batch))
    task = Task(build("model", settings["model"]), brief, data.classes, seed)
    batches = batches_of(data, x[held], recipe.augmentation, device)
    fit = Fit(task, batches, labels[held], np.searchsorted(held, few), PAIR)
    net = _trained(defence, fit)
    asked = design.asked[: min(BATCH, settings["observed_batch"])]
    queried = batches_of(data, x[asked], Augmentation(), device)
    for mode in modes(net):
        signals, _ = ask(net, queried, labels[asked], settings["queries"], mode, BATCH)
        if not np.isfinite(signals).all():
            raise ValueError(
                f"recipe.lr: found {recipe.lr}, after {STEPS} steps of which confidences are not "
                "finite, allowed are lower rates"
            )


def _trained(defence: Defence, fit: Fit) -> Any:
    """The stack in the way of a defence; with any noise, as finding the right one takes long."""
    if isinstance(defence, DpSgd):
        return train(fit, partial(noisy, defence.clip, 1.0))
    return defence.train(fit, lambda rows: None)[0]
