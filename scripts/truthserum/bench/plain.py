"""Training as it is plainly written: one model after another, one image at a time.

An ordinary network in float32, a data set of Pillow images, torchvision's transforms, a DataLoader.
"""

import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torch.utils.flop_counter import FlopCounterMode
from torchvision import transforms

from truthserum.models.cnn import Cnn
from truthserum.training.recipe import Augmentation, Recipe


def network(cnn: Cnn, shape: tuple[int, int, int], classes: int) -> nn.Sequential:
    """The same network as `cnn.build`, from torch's own layers: [B, C, H, W] -> [B, classes]."""
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


def loader(pictures: Pictures, batch: int, workers: int) -> DataLoader:
    """Shuffled batches, made by so many other processes; these stay for the next epoch."""
    return DataLoader(
        pictures, batch, shuffle=True, num_workers=workers, persistent_workers=workers > 0
    )


def rate(net: nn.Module, batches: DataLoader, recipe: Recipe, epochs: int) -> float:
    """Images a second while training `net` for so many epochs, at the recipe's peak rate."""
    optimiser = torch.optim.SGD(
        net.parameters(),
        lr=recipe.lr,
        momentum=recipe.momentum,
        nesterov=recipe.nesterov,
        weight_decay=recipe.weight_decay,
    )
    net.train()
    images, start = 0, time.monotonic()
    for _ in range(epochs):
        for x, y in batches:
            optimiser.zero_grad()
            F.cross_entropy(net(x), y).backward()
            optimiser.step()
            images += len(y)
    return images / (time.monotonic() - start)


def training_operations(net: nn.Module, shape: tuple[int, int, int]) -> float:
    """Floating-point operations of the products of one training step, per image.

    Forward and backward, a multiplication and an addition being two; the gradient for the images
    themselves is neither computed nor counted.
    """
    batch = 2  # the least that batch normalisation can train on
    with FlopCounterMode(display=False) as counter:
        net(torch.zeros(batch, *shape)).sum().backward()
    return counter.get_total_flops() / batch
