"""A shard of models that share a fixed set: released ones, and those that the adversary trains."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import cast

import numpy as np
import torch

from truthserum.data.images import Images
from truthserum.models.mlp import Mlp
from truthserum.reconstruction.engine import autograd, dense
from truthserum.reconstruction.engine.batches import Records
from truthserum.reconstruction.engine.recipe import InformedRecipe
from truthserum.reconstruction.game import InformedDesign
from truthserum.training.device import Device
from truthserum.training.lockstep import Architecture, Task
from truthserum.training.products import Scratch, Tensors
from truthserum.training.progress import Progress
from truthserum.training.resume import resumed

InformedTask = Task[Architecture, InformedRecipe]


@dataclass(frozen=True)
class Tasks:
    """How the models of an arm are trained: the released ones, and the adversary's own.

    They differ in the recipe alone: own, of validation and shadow models, has what the adversary
    takes for it.
    """

    released: InformedTask
    own: InformedTask


def trainer(
    task: InformedTask, fixed: Records, shape: tuple[int, int, int], device: Device
) -> Callable[..., Tensors]:
    """What trains stacks of a task on fixed Records of images of `shape`.

    It is called as train(private, models, advance), and also with candidates where the recipe has
    privacy; see `dense.Trainer`. Raises ValueError for privacy if the architecture is not an Mlp.
    """
    if isinstance(task.architecture, Mlp):
        return dense.Trainer.of(cast(Task[Mlp, InformedRecipe], task), fixed, device.dtype)
    return autograd.Trainer(task, fixed, shape, device)


def stacks(models: range, released: int, size: int) -> list[range]:
    """Cut a range of models into stacks of at most `size`, none both released and not."""
    first, last = models.start, models.stop
    border = min(max(first, released), last)
    return [
        range(start, min(start + size, stop))
        for begin, stop in ((first, border), (border, last))
        for start in range(begin, stop, size)
    ]


def train_arm(
    tasks: Tasks,
    data: Images,
    design: InformedDesign,
    models: range,
    stack: int,
    device: Device,
    scratch: Scratch,
    label: str,
) -> tuple[Tensors, list[float]]:
    """Train `models`, `stack` at a time, on Images and an InformedDesign; print progress.

    Returns (tensors with a leading model axis, seconds [K]). The tensors are the state of
    what `architecture.build` makes; if released models are trained with privacy, the shard has a
    loglikelihood [K, 8], NaN for the models without candidates.

    Raises ValueError for models that the design does not have, and what training raises.
    """
    if not 0 <= models.start < models.stop <= len(design.y):
        raise ValueError(
            f"models: found {models.start} to {models.stop}, allowed are parts of 0 to "
            f"{len(design.y)}"
        )
    fixed = Records.of(data.train_x[design.fixed], data.train_y[design.fixed], device)
    chosen = stacks(models, design.released, stack)

    def task_of(part: range) -> InformedTask:
        return tasks.released if part[0] < design.released else tasks.own

    def images(part: range) -> int:
        recipe = task_of(part).recipe
        return len(part) * recipe.steps * recipe.rows(len(design.fixed))

    @cache
    def trained(task: InformedTask) -> Callable[..., Tensors]:
        return trainer(task, fixed, data.shape, device)

    def records(at: list[int] | np.ndarray) -> Records:
        return Records.of(design.x[at], design.y[at], device)

    def train(part: range) -> Tensors:
        task, at = task_of(part), list(part)
        asked = part[0] < design.released and task.recipe.privacy
        known = {"candidates": records(design.candidates[at])} if asked else {}
        tensors = trained(task)(records(at), part, progress.advance, **known)
        if tasks.released.recipe.privacy and not asked:
            missing = (len(part), design.candidates.shape[1])
            tensors["loglikelihood"] = torch.full(missing, torch.nan, dtype=torch.float64)
        return tensors

    progress = Progress(label, sum(map(images, chosen)))
    return resumed(chosen, train, scratch, lambda part: progress.skip(images(part)))
