"""Training as it is plainly written: one model after another, one image or row at a time.

An ordinary network in float32, a data set of Pillow images with torchvision's transforms or one of
tensors, a DataLoader.
"""

from collections.abc import Callable, Iterable
from functools import singledispatch

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset
from torchvision import transforms

from truthserum.bench.networks import network
from truthserum.data.images import Images
from truthserum.data.tabular import Encoding, Table
from truthserum.training.lockstep import Task
from truthserum.training.recipe import Augmentation, Recipe


class Pictures(Dataset):
    """Images uint8 [N, 1, H, W] and labels int64 [N], transformed when they are asked for."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, augmentation: Augmentation) -> None:
        self.images, self.labels = images, labels
        steps = [transforms.RandomHorizontalFlip()] if augmentation.flip else []
        if augmentation.crop:
            size, margin = images.shape[2:], augmentation.crop
            steps.append(transforms.RandomCrop(size, padding=margin, padding_mode="reflect"))
        steps += [transforms.ToTensor(), transforms.Normalize(0.5, 0.5)]
        self.transform = transforms.Compose(steps)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, row: int) -> tuple[torch.Tensor, int]:
        return self.transform(Image.fromarray(self.images[row, 0])), self.labels[row]


@singledispatch
def samples(data: Images | Table, count: int, augmentation: Augmentation) -> Dataset:
    """The first training images, or encoded rows of a Table, with their labels."""
    return Pictures(data.train_x[:count], data.train_y[:count], augmentation)


@samples.register
def _(data: Table, count: int, augmentation: Augmentation) -> Dataset:
    features = Encoding.of(data).encode(data.train_x[:count])
    return TensorDataset(torch.from_numpy(features), torch.from_numpy(data.train_y[:count]))


def training(member: int, task: Task, data: Images | Table) -> Callable[[], int]:
    """Trains one model on the first half of the samples; counts samples."""
    recipe = task.recipe
    own = samples(data, len(data.train_y) // 2, recipe.augmentation)
    batches = DataLoader(own, recipe.batch, shuffle=True)
    shape = tuple(own[0][0].shape)

    def work() -> int:
        torch.manual_seed(member)
        net = network(task.architecture, shape, data.classes)
        return descend(net, batches, sgd(net, recipe), int(recipe.epochs))

    return work


def sgd(net: nn.Module, recipe: Recipe, **options: bool) -> torch.optim.SGD:
    """The recipe's optimiser at its peak rate."""
    return torch.optim.SGD(
        net.parameters(),
        lr=recipe.lr,
        momentum=recipe.momentum,
        nesterov=recipe.nesterov,
        weight_decay=recipe.weight_decay,
        **options,
    )


def descend(
    net: nn.Module, batches: Iterable, optimiser: torch.optim.Optimizer, epochs: int
) -> int:
    """How many samples (x, y) `net` was trained on in so many passes over all batches."""
    net.train()
    seen = 0
    for _ in range(epochs):
        for x, y in batches:
            optimiser.zero_grad()
            F.cross_entropy(net(x), y).backward()
            optimiser.step()
            seen += len(y)
    return seen
