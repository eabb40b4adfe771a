"""The training of shadow models that differ in one record, on the whole machine.

In each round these take turns: this project's trainer (one single-threaded process a core) with
float32 products and with bfloat16 ones that it adds up to float32, a float32 matrix product on
every core, and, each in one process with all threads: plain loops with torch's loader and on whole
tensors, and torch.func.vmap over `chunk` models.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch

from truthserum.bench import informed, plain, stacked
from truthserum.bench.crew import Crew
from truthserum.bench.measures import Measure, race
from truthserum.bench.tasks.base import Place
from truthserum.data.images import Images
from truthserum.options import build
from truthserum.reconstruction.engine.recipe import InformedRecipe
from truthserum.training.lockstep import Task

ROUNDS = 5
LOOP_MODELS, LOADED_MODELS, VMAP_STEPS = 4, 1, 10  # a second or two each
SIDE, REPEATS = 2048, 15  # of the square matrices, and products a round
WHY = (
    "of the operations that the plain loop needs; the trainer leaves out the pixels that are 0 in "
    "the whole fixed set"
)


@dataclass(frozen=True)
class Informed:
    """Shadow models of an Mlp on the first `fixed` images and one more, `stack` at a time."""

    model: Mapping[str, Mapping]
    recipe: Mapping[str, Any]
    fixed: int
    stack: int
    chunk: int

    def measures(self, place: Place) -> list[Measure]:
        """Models a second in each way, the share of the peak, and what rounding costs."""
        torch.set_num_threads(place.threads)
        mlp, recipe = build("model", self.model), InformedRecipe(**self.recipe)
        images = Images.load(place.prepared)
        task = Task(mlp, recipe, images.classes, seed=0)
        off = informed.rounding(task, images, self.fixed, self.stack)
        with Crew(place.threads) as crew:
            rates = race(ROUNDS, *self.runners(crew, task, images))
        exact, close, products, loaded, loops, vmaps = rates
        whole, needed = (100 * exact * each / products for each in self.operations(task, images))
        ours = {"float32 products": exact, "bfloat16 products": close}
        others = {
            "plain loop with a loader": (loaded, 15),
            "plain loop on tensors": (loops, None),
            "vmap": (vmaps, 10),
        }
        exactly = "against the same model trained in float64"
        return [
            Measure("shadow models, float32 products", "models/s", exact),
            Measure("shadow models, bfloat16 products of changes", "models/s", close),
            Measure("shadow models, plain loop with a loader", "models/s", loaded),
            Measure("shadow models, plain loop on tensors", "models/s", loops),
            Measure("shadow models, torch.func.vmap", "models/s", vmaps),
            *(
                Measure(f"{way} over {other}", "times", rate / slower, at_least=target)
                for way, rate in ours.items()
                for other, (slower, target) in others.items()
            ),
            Measure("peak of float32 products", "GFLOP/s", products / 1e9),
            Measure("float32 products, share of that peak", "%", whole, at_least=70, note=WHY),
            Measure("float32 products, share without unused pixels", "%", needed),
            *(
                Measure(f"largest error of a weight, {way}", "", [off[key]], below=1e-5, note=note)
                for way, key, note in (
                    ("float32 products", "float32", exactly),
                    ("bfloat16 products of changes", "bfloat16", ""),
                    ("plain loop", "loop", ""),
                )
            ),
        ]

    def runners(
        self, crew: Crew, task: informed.InformedTask, images: Images
    ) -> list[Callable[[], float]]:
        """What takes turns, in the order of the docstring of this module."""
        recipe, ours = task.recipe, (task, images, self.fixed, self.stack)
        others: dict[str, Any] = {"mlp": task.architecture, "images": images, "fixed": self.fixed}
        loop, vmaps = partial(informed.looped, **others), partial(informed.vmapped, **others)
        with_loader = partial(loop, batches=informed.loaded)
        on_tensors = partial(loop, batches=informed.whole)
        return [
            partial(crew.rate, informed.stacked, *ours, "float32"),
            partial(crew.rate, informed.stacked, *ours, "bfloat16"),
            partial(crew.rate, stacked.products, SIDE, REPEATS, torch.float32),
            partial(rate, with_loader, recipe, LOADED_MODELS, recipe.steps),
            partial(rate, on_tensors, recipe, LOOP_MODELS, recipe.steps),
            partial(rate, vmaps, recipe, self.chunk, VMAP_STEPS),
        ]

    def operations(self, task: informed.InformedTask, images: Images) -> list[float]:
        """Those of the products of one model: with every pixel, and with those in use."""
        pixels = images.train_x[: self.fixed].reshape(self.fixed, -1)
        records = (self.fixed + 1) * task.recipe.steps

        def products(inputs: int) -> float:
            network = plain.network(task.architecture, (inputs,), images.classes)
            return records * plain.training_operations(network, (inputs,))

        return [products(pixels.shape[1]), products(int(pixels.any(0).sum()))]


def rate(train: Callable, recipe: InformedRecipe, models: int, steps: int) -> float:
    """Whole models a second, from so many of the recipe's steps."""
    start = time.monotonic()
    train(recipe=replace(recipe, steps=steps), models=models)
    return models * steps / recipe.steps / (time.monotonic() - start)
