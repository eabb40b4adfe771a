"""A shard of a game: consecutive models, a stack at a time, in the way of a defence."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch

from truthserum.inference.defences.base import Defence
from truthserum.training.lockstep import Fit
from truthserum.training.midway import Midway
from truthserum.training.products import Scratch, Tensors
from truthserum.training.progress import Progress
from truthserum.training.resume import BEFORE, resumed


def train_shard(
    fit_of: Callable[[Sequence[int]], Fit],
    defence: Defence,
    models: Sequence[int],
    stack: int,
    scratch: Scratch,
    progress: Progress,
) -> tuple[Tensors, list[float], np.ndarray]:
    """Train `models`, `stack` at a time, in the way of a `inference.defences.base.Defence`.

    fit_of(models) says what a stack is trained on. Returns (tensors with a leading model axis,
    seconds [K], kept bool [K, n]), kept being which of its rows each model was trained on in the
    end. Seconds are those of defence and training, as `resumed` counts them.
    """

    def train(chosen: Sequence[int]) -> Tensors:
        fit = fit_of(chosen)
        midway = _midway(scratch, fit, progress)
        net, kept = defence.train(replace(fit, midway=midway), progress.advance)
        before = torch.full((len(chosen),), midway.before / len(chosen))
        return net.state_dict() | {"kept": torch.from_numpy(kept), BEFORE: before}

    def skip(chosen: Sequence[int]) -> None:
        progress.skip(fit_of(chosen).work)

    stacks = [models[first : first + stack] for first in range(0, len(models), stack)]
    tensors, seconds = resumed(stacks, train, scratch, skip)
    return tensors, seconds, tensors.pop("kept").numpy()


def _midway(scratch: Scratch, fit: Fit, progress: Progress) -> Midway:
    """Where the stack in hand is kept, in the place of the one before.

    One that was begun on another device or in another precision is not gone on with.
    """
    device, rows = fit.batches.device, len(fit.models) * fit.task.recipe.batch
    key = f"{scratch.key} {list(fit.models)} {device.name} {device.dtype}"
    place = Scratch(scratch.folder / "midway", key)
    return Midway(place, lambda steps: progress.skip(steps * rows))
