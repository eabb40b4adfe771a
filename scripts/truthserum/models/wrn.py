"""Wide residual networks of any depth and width, as the official code has them."""

from typing import TYPE_CHECKING, ClassVar, Literal

from truthserum.options import Count, options

if TYPE_CHECKING:
    from truthserum.models.layers import ImageStack


@options
class WideResNet:
    """WRN-`depth`-`width` (arXiv 1605.07146): stem of 16, three groups of (depth - 4) / 6 blocks.

    WRN-28-2 for ten classes has 1,467,610 parameters.
    """

    depth: Literal[10, 16, 22, 28, 34, 40] = 28
    """Layers, 6n + 4."""
    width: Count = 2
    """Factor on the number of filters of the three groups."""
    stem: Count = 16
    """Filters before the factor, 16 in the paper."""

    normalise: ClassVar = True

    def build(self, models: int, shape: tuple[int, ...], classes: int) -> "ImageStack":
        """`models` networks for images of `shape` (channels, height, width).

        Raises ValueError for sides that are no multiples of 4.
        """
        from torch import nn

        from truthserum.models.layers import BatchNorm, ImageStack, Linear
        from truthserum.models.residual import Block, same

        if shape[1] % 4 or shape[2] % 4:
            raise ValueError(
                f"wrn: the image is {shape[1]} x {shape[2]}, allowed are multiples of 4"
            )
        inputs = self.stem
        layers: list[nn.Module] = [same(models, shape[0], inputs, 3, 1)]
        for group in range(3):
            outputs = self.stem * self.width * 2**group
            for block in range((self.depth - 4) // 6):
                stride = 2 if group and not block else 1
                layers.append(Block(models, inputs, outputs, stride))
                inputs = outputs
        layers += [BatchNorm(models, inputs), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1)]
        return ImageStack(models, nn.Sequential(*layers), Linear(models, inputs, classes))
