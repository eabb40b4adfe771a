"""Do models leak as much on a GPU, in the precision that is fast there, as in float32?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from truthserum.bench.measures import Measure
from truthserum.bench.tasks.base import Place
from truthserum.data.stored import labelled
from truthserum.inference.attacks.base import Evidence
from truthserum.inference.attacks.lira import Lira
from truthserum.inference.games.base import rows_of
from truthserum.options import build, checked
from truthserum.statistics.bootstrap import percentile_interval
from truthserum.statistics.targets import target_auc
from truthserum.training import device as devices
from truthserum.training.batches import batches_of
from truthserum.training.device import Device
from truthserum.training.lockstep import Fit, Task, plain, train
from truthserum.training.observe import ask, modes
from truthserum.training.recipe import Augmentation, Recipe

SEED, DRAWS = 0, 2000


@dataclass(frozen=True)
class GpuLeak:
    """The game of membership by `models` models, `stack` at a time, in either precision.

    The same targets, poisons, members, first weights and batches: what differs is rounding. device:
    cuda, or another to try this on.
    """

    model: Mapping[str, Mapping]
    recipe: Mapping[str, Any]
    game: Mapping[str, Any]
    models: int
    stack: int
    device: str = "cuda"

    def measures(self, place: Place) -> list[Measure]:
        """AUC of LiRA on each target, in either precision, and their paired difference."""
        with devices.acquire(self.device, place.precision) as device:
            exact, fast = (
                self.areas(place, Device(device.name, dtype))
                for dtype in (torch.float32, torch.bfloat16)
            )
        difference, rng = fast - exact, np.random.default_rng(SEED)
        drawn = rng.choice(difference, (DRAWS, len(difference))).mean(axis=1)
        low, high = percentile_interval(drawn[:, None])
        return [
            Measure("AUC of targets, float32", "", [exact.mean()]),
            Measure("AUC of targets, bfloat16", "", [fast.mean()]),
            Measure(
                "AUC of targets, bfloat16 less float32",
                "",
                [difference.mean()],
                note=f"95 % interval over {len(difference)} targets: {low[0]:.4f} to {high[0]:.4f}",
            ),
        ]

    def areas(self, place: Place, device: Device) -> np.ndarray:
        """The AUC of each target over the models, [T]."""
        data, game = labelled(place.prepared), build("game", self.game)
        design = game.design(data, SEED)
        size, models = len(data.train_y), range(self.models)
        recipe = checked(Recipe, self.recipe, "recipe")
        task = Task(build("model", self.model), recipe, data.classes, SEED)
        x, labels = design.joined(data)
        batches = batches_of(data, x, recipe.augmentation, device)
        targets = batches_of(data, data.train_x[design.targets], Augmentation(), device)
        trained = game.trained(size, design, SEED, models)
        rows, seen = rows_of(trained), []
        for first in range(0, self.models, self.stack):
            chosen = models[first : first + self.stack]
            fit = Fit(task, batches, labels, rows[chosen], chosen)
            net = train(fit, plain)
            asked = data.train_y[design.targets]
            seen.append(ask(net, targets, asked, ["identity"], modes(net)[-1], len(asked))[0])
        member = trained[:, design.targets]
        scores = Lira().score(Evidence.without_population(np.concatenate(seen), member))
        return target_auc(scores, member)
