"""A neural network from features to pixels that ends in convolutions, for natural images."""

from dataclasses import dataclass, field
from itertools import chain, pairwise

import torch
from torch import nn

from truthserum.models.activations import ACTIVATIONS
from truthserum.reconstruction.reconstructors.features import Features
from truthserum.reconstruction.reconstructors.network import Network, initialised


class Residual(nn.Sequential):
    """What the layers add to their input."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + super().forward(x)


@dataclass(frozen=True)
class Convolutional(Network):
    """Dense layers, then residual convolutions that double the sides of an image; MAE + MSE.

    Trained as a Network, whose options these are, on the way back from a convolutional network's
    weights (arXiv 2201.04845 attacks one on CIFAR-10). The layers and defaults are ours: nothing
    here claims to be the paper's reconstructor, and its loss has no perceptual or adversarial term.

    widths: units of the hidden dense layers. channels: of the convolutions, from the smallest image
    to the whole one; a residual block at each size, and between two sizes a convolution whose
    outputs are laid side by side (sub-pixel convolution, arXiv 1609.05158).
    ValueError for an option that is out of range, and where the sides of the images cannot be
    halved so often.
    """

    features: tuple[Features, ...] = (
        [
            {"standardise": {}},
            {"clip": {"limit": 2}},
            {"unit_norm": {}},
            {"principal": {"components": 400, "whitening": 0.25}},
            {"unit_norm": {}},
        ],
    )
    widths: tuple[int, ...] = (1000,)
    channels: tuple[int, ...] = field(kw_only=True)
    activation: str = "gelu"
    optimiser: str = "adamw"
    schedule: str = "triangle"
    lr: float = 1e-3

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "channels", tuple(self.channels))
        if not self.channels or min(self.channels) < 1:
            raise ValueError(
                f"convolutional: channels is {self.channels}, allowed are one or more positive "
                "integers"
            )

    def _build(
        self, inputs: int, shape: tuple[int, ...], generator: torch.Generator
    ) -> nn.Sequential:
        factor = 2 ** (len(self.channels) - 1)
        if len(shape) != 3 or shape[1] % factor or shape[2] % factor:
            raise ValueError(
                f"convolutional: found images of shape {shape}, allowed are channels, rows and "
                f"columns, with multiples of {factor} of both for {len(self.channels)} channels"
            )
        smallest = self.channels[0], shape[1] // factor, shape[2] // factor
        activation = ACTIVATIONS[self.activation].layer

        def convolution(before: int, after: int) -> nn.Conv2d:
            return initialised(nn.Conv2d, before, after, 3, generator=generator, padding=1)

        def residual(width: int) -> Residual:
            twice = ((activation(), convolution(width, width)) for _ in range(2))
            return Residual(*chain.from_iterable(twice))

        dense = super()._build(inputs, smallest, generator)
        layers: list[nn.Module] = [dense, nn.Unflatten(1, smallest)]
        for before, after in pairwise(self.channels):
            larger = convolution(before, 4 * after), nn.PixelShuffle(2)
            layers += [residual(before), activation(), *larger]
        last = self.channels[-1]
        layers += [residual(last), activation(), convolution(last, shape[0]), nn.Flatten()]
        return nn.Sequential(*layers)
