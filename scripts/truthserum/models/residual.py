"""The blocks of wide residual networks."""

import torch
import torch.nn.functional as F
from torch import nn

from truthserum.models.layers import BatchNorm, Conv


def same(models: int, inputs: int, outputs: int, kernel: int, stride: int) -> Conv:
    """A convolution with the padding of JAX."""
    # "SAME" padding of JAX puts the odd row after the image when the stride is 2
    total = kernel - stride if stride < kernel else 0
    return Conv(models, inputs, outputs, kernel, stride, (total // 2, total - total // 2))


class Block(nn.Module):
    """Pre-activation block; the projection sees the normalised input (objax/zoo/wide_resnet.py)."""

    def __init__(self, models: int, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        changes = inputs != outputs or stride > 1
        self.norm_1 = BatchNorm(models, inputs)
        self.conv_1 = same(models, inputs, outputs, 3, stride)
        self.norm_2 = BatchNorm(models, outputs)
        self.conv_2 = same(models, outputs, outputs, 3, 1)
        self.projection = same(models, inputs, outputs, 1, stride) if changes else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        activated = F.relu_(self.norm_1(x))
        y = self.conv_2(F.relu_(self.norm_2(self.conv_1(activated))))
        return y + (self.projection(activated) if self.projection else x)
