"""The trainer on the whole machine against other ways to train, and against the machine's peak.

The data are images or a table, and decide what is compared. In each round these take turns, each
as one single-threaded process a core: the trainer, a careful loop, a plain loop and a matrix
product. What counts is work for each second of processor time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch

from truthserum.bench import careful, plain, stacked
from truthserum.bench.crew import Crew
from truthserum.bench.measures import Measure, race
from truthserum.bench.networks import network, training_operations
from truthserum.bench.tasks.base import Place
from truthserum.data.images import Images
from truthserum.data.stored import labelled
from truthserum.data.tabular import Table
from truthserum.options import build
from truthserum.training import device as devices
from truthserum.training.lockstep import Task
from truthserum.training.recipe import Augmentation, Recipe

ROUNDS = 5
SIDE, REPEATS = 2048, 10  # of the square matrices, and products a round


@dataclass(frozen=True)
class Training:
    """`stack` models in lockstep.

    unit: of what a sample is; at_least: the target against the careful loop. augmentation: in
    place of the recipe's. Epochs over half of the samples take a second or more.
    """

    name: str
    unit: str
    model: Mapping[str, Mapping]
    recipe: Mapping[str, Any]
    stack: int
    at_least: float
    augmentation: Mapping[str, Any]

    def measures(self, place: Place) -> list[Measure]:
        """Samples a core-second in each way, and how far the trainer is ahead."""
        torch.set_num_threads(1)
        data = labelled(place.prepared)
        with Crew(place.threads) as crew:
            return self.compare(crew, data, place.precision)

    def compare(self, crew: Crew, data: Images | Table, precision: str) -> list[Measure]:
        """The measures, by the members of a crew."""
        architecture = build("model", self.model)
        recipe = replace(Recipe(**self.recipe), augmentation=Augmentation(**self.augmentation))
        task = Task(architecture, recipe, data.classes, seed=0)
        device = devices.choose("cpu", precision)
        ours, expert, loop, products = race(
            ROUNDS,
            partial(crew.rate, stacked.training, task, data, self.stack, device),
            partial(crew.rate, careful.training, task, data, device.dtype),
            partial(crew.rate, plain.training, task, data),
            partial(crew.rate, stacked.products, SIDE, REPEATS, device.dtype),
        )
        shape = careful.batches(data, task, device.dtype).shape
        operations = training_operations(network(architecture, shape, data.classes), shape)
        (_, kind), unit = device.names, f"{self.unit}/core-s"
        name, share = self.name, 100 * ours * operations / products
        return [
            Measure(f"trainer, {name}", unit, ours),
            Measure(f"careful loop, {name}", unit, expert),
            Measure(f"plain loop, {name}", unit, loop),
            Measure(
                f"trainer over careful loop, {name}", "times", ours / expert, at_least=self.at_least
            ),
            Measure(f"trainer over plain loop, {name}", "times", ours / loop),
            Measure(f"share of the peak of {kind} products, {name}", "%", share),
        ]
