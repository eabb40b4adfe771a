"""A multi-layer perceptron."""

import math
from dataclasses import dataclass

from torch import nn

from truthserum.models.layers import DenseStack, Linear


@dataclass(frozen=True)
class Mlp:
    """Hidden layers of `widths` units with ReLU, then a linear head.

    Raises ValueError without a hidden layer or for a width below 1.
    """

    widths: tuple[int, ...] = (128,)

    def __post_init__(self):
        object.__setattr__(self, "widths", tuple(self.widths))
        if not self.widths or min(self.widths) < 1:
            raise ValueError(
                f"mlp: widths is {self.widths}, allowed are one or more positive integers"
            )

    def build(self, models, shape, classes):
        """`models` networks for inputs of `shape` (without the batch axis)."""
        layers, inputs = [], math.prod(shape)
        for width in self.widths:
            layers += [Linear(models, inputs, width), nn.ReLU()]
            inputs = width
        return DenseStack(models, nn.Sequential(*layers, Linear(models, inputs, classes)))
