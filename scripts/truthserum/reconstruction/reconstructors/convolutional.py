"""A neural network from features to pixels that ends in convolutions, for natural images."""

from dataclasses import field
from typing import TYPE_CHECKING

from truthserum.options import Count, Positive, Several, options
from truthserum.reconstruction.reconstructors.features import NORMALISED, Alternatives
from truthserum.reconstruction.reconstructors.network import Activation, Network, Optimiser
from truthserum.training.recipe import Schedule

if TYPE_CHECKING:
    import torch
    from torch import nn


@options
class Convolutional(Network):
    """Dense layers, then residual convolutions that double the sides of an image; MAE + MSE.

    Trained as a Network, whose options these are, on the way back from a convolutional network's
    weights (arXiv 2201.04845 attacks one on CIFAR-10). The layers, loss and defaults are
    ours: nothing here claims to be the paper's reconstructor, which is not known to us.
    """

    features: Alternatives = NORMALISED
    widths: Several[Count] = (1000,)
    """Units of each hidden dense layer."""
    channels: Several[Count] = field(kw_only=True)
    """Channels at each size of the image, from the smallest to the whole one; each doubles the
    sides."""
    activation: Activation = "gelu"
    optimiser: Optimiser = "adamw"
    schedule: Schedule = "triangle"
    lr: Positive = 1e-3

    def build(
        self, inputs: int, shape: tuple[int, ...], generator: "torch.Generator"
    ) -> "nn.Sequential":
        """See `Network`; ValueError where the sides of the images cannot be halved so often."""
        from torch import nn

        from truthserum.reconstruction.reconstructors.layers import convolutional, dense

        factor = 2 ** (len(self.channels) - 1)
        if len(shape) != 3 or shape[1] % factor or shape[2] % factor:
            raise ValueError(
                f"convolutional: found images of shape {shape}, allowed are channels, rows and "
                f"columns, with multiples of {factor} of both for {len(self.channels)} channels"
            )
        smallest = self.channels[0], shape[1] // factor, shape[2] // factor
        first = dense(inputs, self.widths, smallest, self.activation, generator)
        rest = convolutional(self.channels, shape[0], self.activation, generator)
        return nn.Sequential(first, nn.Unflatten(1, smallest), *rest, nn.Flatten())
