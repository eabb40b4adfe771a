"""A multi-layer perceptron."""

import math
from dataclasses import dataclass
from itertools import pairwise

from torch import nn

from truthserum.models.activations import ACTIVATIONS
from truthserum.models.layers import DenseStack, Linear


class Hidden(Linear):
    """A dense layer and its activation function: [K, B, inputs] -> [K, B, outputs]."""

    def __init__(self, models, inputs, outputs, activation):
        super().__init__(models, inputs, outputs)
        self.activation = activation

    def forward(self, x):
        return self.activation(super().forward(x))


@dataclass(frozen=True)
class Mlp:
    """Hidden layers of `widths` units with one activation function, then a linear head.

    The parameters of layer i are called layers.i.weight and layers.i.bias.

    Raises ValueError without a hidden layer, for a width below 1 or an unknown activation.
    """

    widths: tuple[int, ...] = (128,)
    activation: str = "relu"

    def __post_init__(self):
        object.__setattr__(self, "widths", tuple(self.widths))
        if not self.widths or min(self.widths) < 1:
            raise ValueError(
                f"mlp: widths is {self.widths}, allowed are one or more positive integers"
            )
        if self.activation not in ACTIVATIONS:
            raise ValueError(
                f"mlp: activation is {self.activation!r}, allowed are {sorted(ACTIVATIONS)}"
            )

    def build(self, models, shape, classes):
        """`models` networks for inputs of `shape` (without the batch axis)."""
        sizes = (math.prod(shape), *self.widths)
        activation = ACTIVATIONS[self.activation].layer()
        hidden = [Hidden(models, *ends, activation) for ends in pairwise(sizes)]
        return DenseStack(models, nn.Sequential(*hidden, Linear(models, sizes[-1], classes)))
