"""The trainer on the whole machine against a plain loop, and against the machine's peak.

The data are images or a table, and decide what is compared. In each round the trainer (one
single-threaded process a core), a matrix product on every core and the plain loop (all threads; in
each way to get batches, of which the best counts) take turns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader

from truthserum.bench import plain, stacked
from truthserum.bench.crew import Crew
from truthserum.bench.measures import Measure, race
from truthserum.bench.tasks.base import Place
from truthserum.data.images import Images
from truthserum.data.stored import labelled
from truthserum.data.tabular import Table
from truthserum.options import build
from truthserum.training import device as devices
from truthserum.training.lockstep import Task
from truthserum.training.recipe import Augmentation, Recipe

ROUNDS = 5
SIDE, REPEATS = 2048, 30  # of the square matrices, and products a round
WHY = (
    "about half of the trainer's time is passes over memory (normalisation, ReLU, batches, "
    "update), and its convolutions, of 1 to 64 channels, are too thin for the matrix units"
)


@dataclass(frozen=True)
class Contest:
    """What the trainer is compared on: `epochs` over half of the samples take a second or more."""

    name: str
    unit: str
    epochs: int
    at_least: float
    augmentation: Augmentation
    note: str = ""


IMAGES = (
    Contest("no augmentation", "images/s", 2, 8, Augmentation(), WHY),
    Contest("flip and crop", "images/s", 2, 8, Augmentation(flip=True, crop=4), WHY),
)
ROWS = (Contest("rows of a table", "rows/s", 20, 5, Augmentation()),)


@dataclass(frozen=True)
class Training:
    """`stack` models in lockstep; epochs and augmentation of the recipe are those of a contest."""

    model: Mapping[str, Mapping]
    recipe: Mapping[str, Any]
    stack: int

    def measures(self, place: Place) -> list[Measure]:
        """Those of each contest that the data allow."""
        torch.set_num_threads(place.threads)
        data = labelled(place.prepared)
        with Crew(place.threads) as crew:
            return [
                measure
                for contest in (ROWS if data.columns else IMAGES)
                for measure in self.compare(crew, data, place.precision, contest)
            ]

    def compare(
        self, crew: Crew, data: Images | Table, precision: str, contest: Contest
    ) -> list[Measure]:
        """The measures of one contest."""
        architecture = build("model", self.model)
        recipe = replace(Recipe(**self.recipe), augmentation=contest.augmentation)
        task = Task(architecture, replace(recipe, epochs=contest.epochs), data.classes, seed=0)
        dtype = devices.choose("cpu", precision).dtype
        samples = plain.samples(data, len(data.train_y) // 2, contest.augmentation)
        shape = tuple(samples[0][0].shape)
        network = partial(plain.network, architecture, shape, data.classes)

        def looped(batches: DataLoader | plain.Shuffled) -> float:
            return plain.rate(network(), batches, recipe, contest.epochs)

        stacks, products, *loops = race(
            ROUNDS,
            partial(crew.rate, stacked.training, task, data, self.stack, precision),
            partial(crew.rate, stacked.products, SIDE, REPEATS, dtype),
            *(partial(looped, way) for way in plain.ways(samples, recipe.batch, crew.size)),
        )
        loop = np.max(loops, axis=0)
        share = 100 * stacks * plain.training_operations(network(), shape) / products
        name, kind, ratio = contest.name, str(dtype).removeprefix("torch."), stacks / loop
        return [
            Measure(f"trainer, {name}", contest.unit, stacks),
            Measure(f"plain loop, {name}", contest.unit, loop),
            Measure(f"trainer over plain loop, {name}", "times", ratio, at_least=contest.at_least),
            Measure(f"peak of {kind} products beside {name}", "GFLOP/s", products / 1e9),
            Measure(f"share of that peak, {name}", "%", share, note=contest.note),
        ]
