"""The training of shadow models that differ in one record, against other ways to train them.

In each round these take turns, each as one single-threaded process a core: this project's trainer
with float32 products and with bfloat16 ones that it adds up to float32, a float32 matrix product,
plain loops with torch's loader and on whole tensors, torch.func.vmap over `chunk` models, and the
same by JAX where that is installed; the last two with each model's record appended to the fixed set
and with the fixed set apart. What counts is models for each second of processor time.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch

from truthserum.bench import informed, stacked
from truthserum.bench.crew import Crew
from truthserum.bench.measures import Measure, race
from truthserum.bench.networks import network, training_operations
from truthserum.bench.tasks.base import Place
from truthserum.data.images import Images
from truthserum.options import build
from truthserum.reconstruction.engine.recipe import InformedRecipe
from truthserum.training.lockstep import Task

ROUNDS = 3
LOOP_MODELS, LOADED_MODELS, VMAP_STEPS, JAX_STEPS = 2, 1, 10, 20  # a second or two each
SIDE, REPEATS = 2048, 15  # of the square matrices, and products a round
TARGETS = {"JAX, fixed set apart": 2.0}  # of the trainer over a way that may be there
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
        """Models a core-second in each way, the share of the peak, and what rounding costs."""
        torch.set_num_threads(1)
        mlp, recipe = build("model", self.model), InformedRecipe(**self.recipe)
        images = Images.load(place.prepared)
        task = Task(mlp, recipe, images.classes, seed=0)
        off = informed.rounding(task, images, self.fixed, self.stack)
        others = self.others(task, images)
        with Crew(place.threads) as crew:
            exact, close, products, *slower = race(
                ROUNDS,
                *self.runners(crew, task, images),
                *(partial(crew.rate, informed.working, *other) for other in others.values()),
            )
        rates = dict(zip(others, slower, strict=True))
        whole, needed = (100 * exact * each / products for each in self.operations(task, images))
        ours = {"float32 products": exact, "bfloat16 products of changes": close}
        unit = "models/core-s"
        return [
            *(Measure(f"shadow models, {way}", unit, rate) for way, rate in (ours | rates).items()),
            *(
                Measure(f"{way} over {other}", "times", rate / slow, at_least=TARGETS.get(other))
                for way, rate in ours.items()
                for other, slow in rates.items()
            ),
            Measure("float32 products, share of their peak", "%", whole, at_least=70, note=WHY),
            Measure("float32 products, share without unused pixels", "%", needed),
            *(
                Measure(f"largest error of a weight, {way}", "", [off[key]], below=1e-5, note=note)
                for way, key, note in (
                    ("float32 products", "float32", "against the same model trained in float64"),
                    ("bfloat16 products of changes", "bfloat16", ""),
                    ("plain loop", "loop", ""),
                )
            ),
        ]

    def runners(
        self, crew: Crew, task: informed.InformedTask, images: Images
    ) -> list[Callable[[], float]]:
        """The trainer in both precisions, and the matrix product."""
        ours = partial(crew.rate, informed.stacked, task, images, self.fixed, self.stack)
        return [
            partial(ours, "float32"),
            partial(ours, "bfloat16"),
            partial(crew.rate, stacked.products, SIDE, REPEATS, torch.float32),
        ]

    def others(self, task: informed.InformedTask, images: Images) -> dict[str, tuple]:
        """The arguments of `informed.working` for each other way."""
        recipe = task.recipe
        same: dict[str, Any] = {"mlp": task.architecture, "images": images, "fixed": self.fixed}

        def loop(batches: Callable, models: int) -> tuple:
            train = partial(informed.looped, **same, batches=batches)
            return train, recipe, recipe.steps, models

        def at_once(train: Callable, loss: Callable, steps: int) -> tuple:
            return partial(train, **same, loss=loss), recipe, steps, self.chunk

        found = {
            "plain loop with a loader": loop(informed.loaded, LOADED_MODELS),
            "plain loop on tensors": loop(informed.whole, LOOP_MODELS),
            "vmap": at_once(informed.vmapped, informed.appended, VMAP_STEPS),
            "vmap, fixed set apart": at_once(informed.vmapped, informed.apart, VMAP_STEPS),
        }
        with suppress(ModuleNotFoundError):  # no JAX here
            from truthserum.bench import in_jax

            found["JAX"] = at_once(in_jax.trained, in_jax.appended, JAX_STEPS)
            found["JAX, fixed set apart"] = at_once(in_jax.trained, in_jax.apart, JAX_STEPS)
        return found

    def operations(self, task: informed.InformedTask, images: Images) -> list[float]:
        """Those of the products of one model: with every pixel, and with those in use."""
        pixels = images.train_x[: self.fixed].reshape(self.fixed, -1)
        records = (self.fixed + 1) * task.recipe.steps

        def products(inputs: int) -> float:
            net = network(task.architecture, (inputs,), images.classes)
            return records * training_operations(net, (inputs,))

        return [products(pixels.shape[1]), products(int(pixels.any(0).sum()))]
