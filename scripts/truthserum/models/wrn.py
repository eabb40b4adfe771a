"""Wide residual networks of any depth and width, as the official code has them."""

from dataclasses import dataclass

import torch.nn.functional as F
from torch import nn

from truthserum.models.layers import BatchNorm, Conv, ImageStack, Linear


def _same(models, inputs, outputs, kernel, stride):
    # "SAME" padding of JAX puts the odd row after the image when the stride is 2
    total = kernel - stride if stride < kernel else 0
    return Conv(models, inputs, outputs, kernel, stride, (total // 2, total - total // 2))


class Block(nn.Module):
    """Pre-activation block; the projection sees the normalised input (objax/zoo/wide_resnet.py)."""

    def __init__(self, models, inputs, outputs, stride):
        super().__init__()
        changes = inputs != outputs or stride > 1
        self.norm_1 = BatchNorm(models, inputs)
        self.conv_1 = _same(models, inputs, outputs, 3, stride)
        self.norm_2 = BatchNorm(models, outputs)
        self.conv_2 = _same(models, outputs, outputs, 3, 1)
        self.projection = _same(models, inputs, outputs, 1, stride) if changes else None

    def forward(self, x):
        activated = F.relu_(self.norm_1(x))
        y = self.conv_2(F.relu_(self.norm_2(self.conv_1(activated))))
        return y + (self.projection(activated) if self.projection else x)


@dataclass(frozen=True)
class WideResNet:
    """WRN-`depth`-`width` (arXiv 1605.07146): stem of 16, three groups of (depth - 4) / 6 blocks.

    `stem` is the number of filters before the width factor, 16 in the paper; WRN-28-2 for ten
    classes has 1,467,610 parameters.

    Raises ValueError for other depths, or a width or stem below 1.
    """

    depth: int = 28
    width: int = 2
    stem: int = 16

    def __post_init__(self):
        if self.depth < 10 or (self.depth - 4) % 6:
            raise ValueError(f"wrn: depth is {self.depth}, allowed are 10, 16, 22, 28, ...")
        for key in ("width", "stem"):
            if getattr(self, key) < 1:
                raise ValueError(f"wrn: {key} is {getattr(self, key)}, allowed is 1 or more")

    def build(self, models, shape, classes):
        """`models` networks for images of `shape` (channels, height, width).

        Raises ValueError for sides that are no multiples of 4.
        """
        if shape[1] % 4 or shape[2] % 4:
            raise ValueError(
                f"wrn: the image is {shape[1]} x {shape[2]}, allowed are multiples of 4"
            )
        inputs = self.stem
        layers = [_same(models, shape[0], inputs, 3, 1)]
        for group in range(3):
            outputs = self.stem * self.width * 2**group
            for block in range((self.depth - 4) // 6):
                stride = 2 if group and not block else 1
                layers.append(Block(models, inputs, outputs, stride))
                inputs = outputs
        layers += [BatchNorm(models, inputs), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1)]
        return ImageStack(models, nn.Sequential(*layers), Linear(models, inputs, classes))
