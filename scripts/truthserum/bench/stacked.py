"""The work of one process: a stack of models, or the machine's matrix products."""

from collections.abc import Callable

import numpy as np
import torch

from truthserum.data.images import Images
from truthserum.data.tabular import Table
from truthserum.training.batches import batches_of
from truthserum.training.device import Device, repeatable
from truthserum.training.lockstep import Fit, Task, plain, train


def training(
    member: int, task: Task, data: Images | Table, stack: int, device: Device
) -> Callable[[], int]:
    """Trains one stack, each model on half of the samples; counts samples."""
    if device.name == "cuda":  # as where it was acquired: this may be a process of its own
        repeatable()
    fit = fit_of(member, task, data, stack, device)

    def work() -> int:
        seen: list[int] = []
        train(fit, plain, seen.append)
        return sum(seen)

    return work


def fit_of(member: int, task: Task, data: Images | Table, stack: int, device: Device) -> Fit:
    """What the stack of a member is trained on."""
    batches = batches_of(data, data.train_x, task.recipe.augmentation, device)
    models = range(member * stack, (member + 1) * stack)
    rng, size = np.random.default_rng(member), len(data.train_y)
    rows = np.stack([rng.permutation(size)[: size // 2] for _ in models])
    return Fit(task, batches, data.train_y, rows, models)


def products(member: int, size: int, repeats: int, dtype: torch.dtype) -> Callable[[], int]:
    """Multiplies two square matrices again and again; counts floating-point operations."""
    generator = torch.Generator().manual_seed(member)
    left, right = torch.randn(2, size, size, generator=generator).to(dtype)

    def work() -> int:
        for _ in range(repeats):
            left @ right
        return 2 * size**3 * repeats

    return work
