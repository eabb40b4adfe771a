"""Training as a careful expert writes it: one model after another, and nothing done twice.

All records lie in memory as the network wants them (scaled, channels last, in the precision of the
products); a batch is cut and augmented by index, as a whole; products are rounded to bfloat16 where
the trainer's are; the optimiser is fused.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import singledispatch

import torch
from torch import nn

from truthserum.bench import plain
from truthserum.bench.networks import network
from truthserum.data.images import Images
from truthserum.data.tabular import Encoding, Table
from truthserum.training.lockstep import Task
from truthserum.training.recipe import Augmentation


@dataclass(frozen=True)
class Rows:
    """Shuffled batches of features [N, F] and labels int64 [N]."""

    x: torch.Tensor
    y: torch.Tensor
    batch: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one sample."""
        return tuple(self.x.shape[1:])

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        for rows in torch.randperm(len(self.y)).split(self.batch):
            yield self.draw(rows), self.y[rows]

    def draw(self, rows: torch.Tensor) -> torch.Tensor:
        """These samples [B, ...]."""
        return self.x[rows]


@dataclass(frozen=True)
class Pictures(Rows):
    """The same of pictures, channels last, each of them flipped and shifted at random.

    x: [N, C, H + 2 crop, W + 2 crop], which has the margins.
    """

    augmentation: Augmentation

    @property
    def shape(self) -> tuple[int, ...]:
        channels, *sides = self.x.shape[1:]
        return (channels, *(side - 2 * self.augmentation.crop for side in sides))

    def draw(self, rows: torch.Tensor) -> torch.Tensor:
        _, height, width = self.shape
        x, margins = self.x, 2 * self.augmentation.crop + 1
        if margins > 1:
            down, right = torch.randint(0, margins, (2, len(rows)))
            x = x.unfold(2, height, 1).unfold(3, width, 1)[rows, :, down, right]
        else:
            x = x[rows]
        if self.augmentation.flip:
            flipped = torch.rand(len(rows)) < 0.5
            x = torch.where(flipped[:, None, None, None], x.flip(-1), x)
        return x.contiguous(memory_format=torch.channels_last)


class Mixed(nn.Module):
    """A network whose products are in `dtype`; what it returns is float32."""

    def __init__(self, net: nn.Module, dtype: torch.dtype) -> None:
        super().__init__()
        self.net, self.dtype = net, dtype

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=self.dtype == torch.bfloat16):
            return self.net(x).float()


@singledispatch
def batches(data: Images | Table, task: Task, dtype: torch.dtype) -> Rows:
    """Of the first half of the training images, or of the rows of a Table."""
    half, crop = len(data.train_y) // 2, task.recipe.augmentation.crop
    x = torch.from_numpy(data.train_x[:half]).float() / 127.5 - 1
    x = nn.functional.pad(x, (crop,) * 4, mode="reflect")
    x = x.to(dtype, memory_format=torch.channels_last)
    y = torch.from_numpy(data.train_y[:half])
    return Pictures(x, y, task.recipe.batch, task.recipe.augmentation)


@batches.register
def _(data: Table, task: Task, dtype: torch.dtype) -> Rows:
    half = len(data.train_y) // 2
    x = torch.from_numpy(Encoding.of(data).encode(data.train_x[:half]))
    return Rows(x.to(dtype), torch.from_numpy(data.train_y[:half]), task.recipe.batch)


def training(
    member: int, task: Task, data: Images | Table, dtype: torch.dtype
) -> Callable[[], int]:
    """Trains one model on the first half of the samples; counts samples."""
    made = batches(data, task, dtype)

    def work() -> int:
        torch.manual_seed(member)
        net = network(task.architecture, made.shape, data.classes)
        net.to(memory_format=torch.channels_last)
        optimiser = plain.sgd(net, task.recipe, fused=True)
        return plain.descend(Mixed(net, dtype), made, optimiser, int(task.recipe.epochs))

    return work
