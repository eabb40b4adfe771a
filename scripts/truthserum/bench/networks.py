"""The trainer's networks for one model, from torch's own layers, as people write them."""

from functools import singledispatch

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from truthserum.models.activations import ACTIVATIONS
from truthserum.models.cnn import Cnn
from truthserum.models.mlp import Mlp
from truthserum.models.wrn import WideResNet


@singledispatch
def network(architecture: object, shape: tuple[int, ...], classes: int) -> nn.Sequential:
    """The same network as `build` of a Cnn, a WideResNet or an Mlp.

    [B, C, H, W] or [B, F] -> [B, classes]. TypeError for another architecture.
    """
    found = type(architecture).__name__
    raise TypeError(f"model: found {found}, allowed are Cnn, Mlp and WideResNet")


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


class Same(nn.Module):
    """A convolution without bias that pads as JAX does: the odd row after the image."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int) -> None:
        super().__init__()
        total = max(kernel - stride, 0)
        self.after = total % 2
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, total // 2, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(F.pad(x, (0, self.after) * 2) if self.after else x)


class Block(nn.Module):
    """A pre-activation block, as `models.residual.Block`."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        changes = inputs != outputs or stride > 1
        self.norm_1, self.conv_1 = nn.BatchNorm2d(inputs), Same(inputs, outputs, 3, stride)
        self.norm_2, self.conv_2 = nn.BatchNorm2d(outputs), Same(outputs, outputs, 3, 1)
        self.projection = Same(inputs, outputs, 1, stride) if changes else nn.Identity()
        self.changes = changes

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        activated = F.relu(self.norm_1(x), inplace=True)
        y = self.conv_2(F.relu(self.norm_2(self.conv_1(activated)), inplace=True))
        return y + self.projection(activated if self.changes else x)


@network.register
def _(wrn: WideResNet, shape: tuple[int, ...], classes: int) -> nn.Sequential:
    inputs = wrn.stem
    layers: list[nn.Module] = [Same(shape[0], inputs, 3, 1)]
    for group in range(3):
        outputs = wrn.stem * wrn.width * 2**group
        for block in range((wrn.depth - 4) // 6):
            layers.append(Block(inputs, outputs, 2 if group and not block else 1))
            inputs = outputs
    layers += [nn.BatchNorm2d(inputs), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(inputs, classes))


def training_operations(net: nn.Module, shape: tuple[int, ...]) -> float:
    """Floating-point operations of the products of one training step, per sample.

    Forward and backward, a multiplication and an addition being two; the gradient for the samples
    themselves is neither computed nor counted.
    """
    batch = 2  # the least that batch normalisation can train on
    with FlopCounterMode(display=False) as counter:
        net(torch.zeros(batch, *shape)).sum().backward()
    return counter.get_total_flops() / batch
