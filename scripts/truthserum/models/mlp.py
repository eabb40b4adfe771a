"""A multi-layer perceptron."""

import math
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Literal

from truthserum.options import Count, Several, options

if TYPE_CHECKING:
    from truthserum.models.layers import DenseStack


@options
class Mlp:
    """Dense layers with one activation function, then a linear head.

    The parameters of layer i are called layers.i.weight and layers.i.bias.
    """

    widths: Several[Count] = (128,)
    """Units of each hidden layer."""
    activation: Literal["elu", "gelu", "relu", "sigmoid", "tanh"] = "relu"
    """The function of every hidden unit."""

    normalise: ClassVar = False

    def build(self, models: int, shape: tuple[int, ...], classes: int) -> "DenseStack":
        """`models` networks for inputs of `shape` (without the batch axis)."""
        from torch import nn

        from truthserum.models.activations import ACTIVATIONS
        from truthserum.models.layers import DenseStack, Hidden, Linear

        sizes = (math.prod(shape), *self.widths)
        activation = ACTIVATIONS[self.activation].layer()
        hidden = [Hidden(models, *ends, activation) for ends in pairwise(sizes)]
        return DenseStack(models, nn.Sequential(*hidden, Linear(models, sizes[-1], classes)))
