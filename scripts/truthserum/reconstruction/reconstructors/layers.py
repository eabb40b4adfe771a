"""The layers of reconstructor networks."""

import math
from itertools import chain, pairwise
from typing import TypeVar

import torch
from torch import nn

from truthserum.models.activations import ACTIVATIONS

Kind = TypeVar("Kind", nn.Linear, nn.Conv2d)


def initialised(kind: type[Kind], *sizes: int, generator: torch.Generator, **options: int) -> Kind:
    """A new layer with Haiku's default initialisation, which does not touch torch's own stream.

    Weights are normal with deviation 1 / sqrt(fan-in), truncated at two deviations; biases are 0.
    """
    layer = nn.utils.skip_init(kind, *sizes, **options)
    deviation = layer.weight[0].numel() ** -0.5
    most = 2 * deviation
    nn.init.trunc_normal_(layer.weight, 0, deviation, -most, most, generator=generator)
    nn.init.zeros_(layer.bias)
    return layer


def dense(
    inputs: int,
    widths: tuple[int, ...],
    shape: tuple[int, ...],
    activation: str,
    generator: torch.Generator,
) -> nn.Sequential:
    """Hidden layers of `widths` units, [B, inputs] -> [B, p] for images of `shape`.

    activation: a name of `models.activations`.
    """
    layers: list[nn.Module] = []
    for before, after in pairwise((inputs, *widths, math.prod(shape))):
        layer = initialised(nn.Linear, before, after, generator=generator)
        layers += [layer, ACTIVATIONS[activation].layer()]
    return nn.Sequential(*layers[:-1])


class Residual(nn.Sequential):
    """What the layers add to their input."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + super().forward(x)


def convolutional(
    channels: tuple[int, ...], outputs: int, activation: str, generator: torch.Generator
) -> list[nn.Module]:
    """From images of channels[0] to `outputs` channels, twice as large for each further one.

    A residual block at each size, and between two sizes a convolution whose outputs are laid side
    by side (sub-pixel convolution, arXiv 1609.05158). activation: as in `dense`.
    """
    active = ACTIVATIONS[activation].layer

    def convolution(before: int, after: int) -> nn.Conv2d:
        return initialised(nn.Conv2d, before, after, 3, generator=generator, padding=1)

    def residual(width: int) -> Residual:
        twice = ((active(), convolution(width, width)) for _ in range(2))
        return Residual(*chain.from_iterable(twice))

    layers: list[nn.Module] = []
    for before, after in pairwise(channels):
        larger = convolution(before, 4 * after), nn.PixelShuffle(2)
        layers += [residual(before), active(), *larger]
    return [*layers, residual(channels[-1]), active(), convolution(channels[-1], outputs)]
