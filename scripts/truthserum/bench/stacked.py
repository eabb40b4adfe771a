"""The work of one process: a stack of models, or the machine's matrix products."""

from collections.abc import Callable

import numpy as np
import torch

from truthserum.data.images import Images
from truthserum.training import device as devices
from truthserum.training.batches import ImageBatches
from truthserum.training.lockstep import Task, train


def training(
    member: int, task: Task, images: Images, stack: int, precision: str
) -> Callable[[], int]:
    """Trains one stack on the CPU, each model on half of the images; counts images."""
    device = devices.choose("cpu", precision)
    batches = ImageBatches(images.train_x, task.recipe.augmentation, device)
    models = range(member * stack, (member + 1) * stack)
    rng, size = np.random.default_rng(member), len(images.train_y)
    rows = np.stack([rng.permutation(size)[: size // 2] for _ in models])

    def work() -> int:
        seen = []
        train(task, batches, images.train_y, rows, models, seen.append)
        return sum(seen)

    return work


def products(member: int, size: int, repeats: int, dtype: torch.dtype) -> Callable[[], int]:
    """Multiplies two square matrices again and again; counts floating-point operations."""
    generator = torch.Generator().manual_seed(member)
    left, right = torch.randn(2, size, size, generator=generator).to(dtype)

    def work() -> int:
        for _ in range(repeats):
            left @ right
        return 2 * size**3 * repeats

    return work
