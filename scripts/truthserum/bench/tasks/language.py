"""Language models trained one at a time against a stack of them in lockstep.

The same networks on the same windows of random tokens, in turns; one thread, processor time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch

from truthserum.bench import language
from truthserum.bench.measures import Measure, race
from truthserum.bench.tasks.base import Place
from truthserum.extraction.recipe import Recipe
from truthserum.options import build
from truthserum.training import device as devices

ROUNDS = 5


@dataclass(frozen=True)
class Language:
    """`stack` networks of so many `vocabulary` tokens, each on `windows` windows of `window`."""

    model: Mapping[str, Mapping]
    recipe: Mapping[str, Any]
    vocabulary: int
    windows: int
    window: int
    stack: int

    def measures(self, place: Place) -> list[Measure]:
        """Tokens a second in both ways, and their ratio."""
        torch.set_num_threads(1)
        architecture, recipe = build("model", self.model), Recipe(**self.recipe)
        device = devices.choose("cpu", place.precision)
        nets = [architecture.build(self.vocabulary) for _ in range(self.stack)]
        for k, net in enumerate(nets):
            net.reset(np.random.default_rng(k))
        shape = (self.stack, self.windows, self.window)
        windows = np.random.default_rng(0).integers(0, self.vocabulary, shape)

        singly, stacked = race(
            ROUNDS,
            partial(language.singly, nets, windows, recipe, device),
            partial(language.in_lockstep, language.Stack(nets), windows, recipe, device),
        )
        _, kind = device.names
        return [
            Measure(f"one at a time, {kind}", "tokens/s", singly),
            Measure(f"stack of {self.stack}, {kind}", "tokens/s", stacked),
            Measure("stack over one at a time", "times", stacked / singly),
        ]
