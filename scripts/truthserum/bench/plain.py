"""Training as it is plainly written: one model after another, one image or row at a time.

An ordinary network in float32, a data set of Pillow images with torchvision's transforms or one of
tensors, a DataLoader.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import singledispatch

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset
from torch.utils.flop_counter import FlopCounterMode
from torchvision import transforms

from truthserum.data.images import Images
from truthserum.data.tabular import Encoding, Table
from truthserum.models.activations import ACTIVATIONS
from truthserum.models.cnn import Cnn
from truthserum.models.mlp import Mlp
from truthserum.training.recipe import Augmentation, Recipe


@singledispatch
def network(architecture: object, shape: tuple[int, ...], classes: int) -> nn.Sequential:
    """The same network as `build` of a Cnn or an Mlp, from torch's own layers.

    [B, C, H, W] or [B, F] -> [B, classes]. TypeError for another architecture.
    """
    raise TypeError(f"model: found {type(architecture).__name__}, allowed are Cnn and Mlp")


@network.register
def _(cnn: Cnn, shape: tuple[int, ...], classes: int) -> nn.Sequential:
    channels, height, width = shape
    layers = []
    for block in range(cnn.depth):
        outputs = cnn.width * 2**block
        layers += [
            nn.Conv2d(channels, outputs, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        ]
        channels, height, width = outputs, -(-height // 2), -(-width // 2)
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * height * width, classes))


@network.register
def _(mlp: Mlp, shape: tuple[int, ...], classes: int) -> nn.Sequential:
    (inputs,) = shape
    layers = []
    for width in mlp.widths:
        layers += [nn.Linear(inputs, width), ACTIVATIONS[mlp.activation].layer()]
        inputs = width
    return nn.Sequential(*layers, nn.Linear(inputs, classes))


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


def loader(samples: Dataset, batch: int, workers: int) -> DataLoader:
    """Shuffled batches, made by so many other processes; these stay for the next epoch."""
    return DataLoader(
        samples, batch, shuffle=True, num_workers=workers, persistent_workers=workers > 0
    )


@dataclass(frozen=True)
class Shuffled:
    """Shuffled batches of tensors that lie in memory, cut by index: what needs no DataLoader."""

    tensors: Sequence[torch.Tensor]
    batch: int

    def __iter__(self) -> Iterator[tuple[torch.Tensor, ...]]:
        for rows in torch.randperm(len(self.tensors[0])).split(self.batch):
            yield tuple(tensor[rows] for tensor in self.tensors)


def ways(samples: Dataset, batch: int, workers: int) -> list[DataLoader | Shuffled]:
    """How people get their batches: a loader without and with processes; of tensors, also none."""
    found: list[DataLoader | Shuffled] = [
        loader(samples, batch, processes) for processes in (0, workers)
    ]
    if isinstance(samples, TensorDataset):
        found.append(Shuffled(samples.tensors, batch))
    return found


def rate(net: nn.Module, batches: DataLoader | Shuffled, recipe: Recipe, epochs: int) -> float:
    """Samples a second while training `net` for so many epochs, at the recipe's peak rate."""
    optimiser = torch.optim.SGD(
        net.parameters(),
        lr=recipe.lr,
        momentum=recipe.momentum,
        nesterov=recipe.nesterov,
        weight_decay=recipe.weight_decay,
    )
    net.train()
    seen, start = 0, time.monotonic()
    for _ in range(epochs):
        for x, y in batches:
            optimiser.zero_grad()
            F.cross_entropy(net(x), y).backward()
            optimiser.step()
            seen += len(y)
    return seen / (time.monotonic() - start)


def training_operations(net: nn.Module, shape: tuple[int, ...]) -> float:
    """Floating-point operations of the products of one training step, per sample.

    Forward and backward, a multiplication and an addition being two; the gradient for the samples
    themselves is neither computed nor counted.
    """
    batch = 2  # the least that batch normalisation can train on
    with FlopCounterMode(display=False) as counter:
        net(torch.zeros(batch, *shape)).sum().backward()
    return counter.get_total_flops() / batch
