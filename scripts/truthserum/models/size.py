"""How large a network is, by arithmetic alone: nothing here builds one."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch
from itertools import pairwise
from typing import Any

from truthserum.models.cnn import Cnn
from truthserum.models.mlp import Mlp
from truthserum.models.wrn import WideResNet
from truthserum.options import build

# Four gigabytes of weights; gradients and momentum take as much again, each. 680 times the largest
# network of the experiments but for GPT-2.
MOST_PARAMETERS = 1_000_000_000


@dataclass(frozen=True)
class Size:
    """Of one network: its trained numbers, and the multiplications of one record's forward pass."""

    parameters: int
    products: int

    def __add__(self, other: "Size") -> "Size":
        return Size(self.parameters + other.parameters, self.products + other.products)


def dense(inputs: int, outputs: int) -> Size:
    """A dense layer with biases."""
    return Size((inputs + 1) * outputs, inputs * outputs)


def convolution(inputs: int, outputs: int, kernel: int, places: int) -> Size:
    """A convolution without biases that is computed at so many places."""
    weights = inputs * outputs * kernel**2
    return Size(weights, weights * places)


def per_channel(channels: int, numbers: int = 2) -> Size:
    """A normalisation, or a bias with one number a channel; its products do not count."""
    return Size(channels * numbers, 0)


def network_of(model: Mapping[str, Any], *ends: Any) -> Size | None:
    """The size of the network that {name: options} describes: see `size_of`."""
    (name,) = model
    try:
        return size_of(build("model", model), *ends)
    except ValueError as error:
        raise ValueError(f"model.{name}.{error}") from error


@singledispatch
def size_of(architecture: Any, *ends: Any) -> Size | None:
    """The size of a network, or None where the architecture is not known.

    ends: the shape of a record and the number of classes, or the vocabulary of a language model.
    ValueError, which begins with the option, for one that the records are too small for or that is
    larger than `MOST_PARAMETERS`.
    """
    return None


@size_of.register
def _(architecture: Mlp, shape: tuple[int, ...], classes: int) -> Size:
    sizes = (math.prod(shape), *architecture.widths, classes)
    total = sum((dense(*ends) for ends in pairwise(sizes)), Size(0, 0))
    return allowed("widths", architecture.widths, total)


@size_of.register
def _(architecture: Cnn, shape: tuple[int, ...], classes: int) -> Size:
    channels, *sides = shape
    halvings = (max(sides) - 1).bit_length()
    if architecture.depth > halvings:
        raise ValueError(
            f"depth: found {architecture.depth}, allowed are up to {halvings}: each block halves "
            f"an image of {' x '.join(map(str, sides))}, until it is one pixel"
        )
    total = Size(0, 0)
    for block in range(architecture.depth):
        outputs = architecture.width * 2**block
        sides = [-(-side // 2) for side in sides]
        total += convolution(channels, outputs, 3, math.prod(sides))
        total += per_channel(outputs, 2 if architecture.normalise else 1)
        channels = outputs
    total += dense(channels * math.prod(sides), classes)
    return allowed("width", architecture.width, total)


@size_of.register
def _(architecture: WideResNet, shape: tuple[int, ...], classes: int) -> Size:
    channels, *sides = shape
    if any(side % 4 for side in sides):
        found = " x ".join(map(str, sides))
        raise ValueError(
            f"depth: found images of {found}, allowed are sides that are multiples of 4"
        )
    inputs, places = architecture.stem, math.prod(sides)
    total = convolution(channels, inputs, 3, places)
    for group in range(3):
        outputs = architecture.stem * architecture.width * 2**group
        for block in range((architecture.depth - 4) // 6):
            smaller = bool(group) and not block
            places //= 4 if smaller else 1
            total += per_channel(inputs) + convolution(inputs, outputs, 3, places)
            total += per_channel(outputs) + convolution(outputs, outputs, 3, places)
            if smaller or inputs != outputs:
                total += convolution(inputs, outputs, 1, places)
            inputs = outputs
    total += per_channel(inputs) + dense(inputs, classes)
    return allowed("width", architecture.width, total)


def allowed(key: str, found: object, size: Size) -> Size:
    """The size, if a job has room for it; ValueError naming the option that makes it."""
    if size.parameters > MOST_PARAMETERS:
        value = list(found) if isinstance(found, tuple) else found
        raise ValueError(
            f"{key}: found {value}, which makes {size.parameters:.2g} parameters, allowed are up "
            f"to {MOST_PARAMETERS:,}"
        )
    return size
