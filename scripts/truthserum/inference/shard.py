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
from truthserum.training.resume import resumed


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
        rows = len(chosen) * fit.task.recipe.batch
        midway = Midway.within(
            scratch, str(list(chosen)), fit.batches.device, lambda done: progress.skip(done * rows)
        )
        net, kept = defence.train(replace(fit, midway=midway), progress.advance)
        made = net.state_dict() | {"kept": torch.from_numpy(kept)}
        return made | midway.spent(len(chosen))

    def skip(chosen: Sequence[int]) -> None:
        progress.skip(fit_of(chosen).work)

    stacks = [models[first : first + stack] for first in range(0, len(models), stack)]
    tensors, seconds = resumed(stacks, train, scratch, skip)
    return tensors, seconds, tensors.pop("kept").numpy()
