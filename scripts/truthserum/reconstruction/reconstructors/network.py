"""A neural network from features to pixels: the reconstructor network of arXiv 2201.04845."""

from typing import TYPE_CHECKING, Literal

from truthserum.options import Amount, Count, NonNegative, Positive, Several, options
from truthserum.reconstruction.reconstructors.base import Fitted, Study, best
from truthserum.reconstruction.reconstructors.features import STANDARDISED, Alternatives
from truthserum.training.recipe import Precision, Schedule

if TYPE_CHECKING:
    import torch
    from torch import nn


Activation = Literal["relu", "gelu"]
Optimiser = Literal["adamw", "rmsprop"]
Output = Literal["sigmoid", "relu"]


@options
class Network:
    """Dense layers, by default with a sigmoid for each pixel, and the loss MAE + MSE.

    The defaults are those of the authors' notebook
    (github.com/google-deepmind/informed_adversary_mnist_reconstruction): standardised weights, two
    hidden layers of 1,000 units with ReLU, RMSprop at 3e-4, batches of about 32, 200 epochs, and
    the network after the last of them.
    """

    features: Alternatives = STANDARDISED
    """Chains of steps that turn what is seen of a model into features, to choose from."""
    widths: Several[Count] = (1000, 1000)
    """Units of each hidden layer."""
    activation: Activation = "relu"
    """The function of every hidden unit."""
    output: Output = "sigmoid"
    """The function of every pixel; in the first release of the notebook it was relu, by mistake."""
    optimiser: Optimiser = "rmsprop"
    """The optimiser."""
    lr: Positive = 3e-4
    """Learning rate."""
    schedule: Schedule = "constant"
    """How the learning rate changes during training."""
    weight_decay: NonNegative = 0.0
    """Decay of the weights."""
    noise: NonNegative = 0.0
    """Deviation of Gaussian noise, added to the features each time they are used."""
    batch: Count = 32
    """Models per step; up to one less than twice as many where an epoch is no multiple of it."""
    epochs: Count = 200
    """Passes over the shadow models."""
    steps: Amount = 0
    """The least number of steps; where there are few shadow models, they get more epochs."""
    looks: Count = 1
    """How often the network is judged on the validation models, the last time at the end; the best
    is kept."""
    precision: Precision = "float32"
    """Type of the matrix products."""

    def fit(self, study: Study) -> Fitted:
        """Learn from the shadow models, on a GPU of its own if there is one; print progress."""
        from truthserum.reconstruction.reconstructors.learning import tried
        from truthserum.training.device import acquire

        with acquire(study.device, self.precision) as device:
            return best(tried(self, study, device))

    def build(
        self, inputs: int, shape: tuple[int, ...], generator: "torch.Generator"
    ) -> "nn.Sequential":
        """The layers [B, inputs] -> [B, p] up to the function of each pixel, images of `shape`."""
        from truthserum.reconstruction.reconstructors.layers import dense

        return dense(inputs, self.widths, shape, self.activation, generator)
