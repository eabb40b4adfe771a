"""The forward and the backward pass of K dense networks, written out."""

import torch


class Passes:
    """Both passes for N records a model, in memory that every step uses again.

    weights: [K, out, in + 1] of each layer, whose shapes are what counts here; the last input of a
    layer is always 1. activation: an Activation.
    """

    def __init__(self, weights, activation, records):
        self.activation = activation
        shapes = [(*weight.shape[:2], records) for weight in weights]
        # first the outputs before the activation, later the errors
        self.z = [weights[0].new_empty(shape) for shape in shapes]
        self.slopes = [torch.empty_like(z) for z in self.z[:-1]]
        self.values = [z.new_ones(len(z), z.shape[1] + 1, records) for z in self.z[:-1]]

    @property
    def first(self):
        """The outputs [K, w, N] of the first layer, to be written before each run."""
        return self.z[0]

    def run(self, weights, batch):
        """From the first layer's outputs to logits, and back to the errors of every layer.

        Returns the derivative of the batch's loss by each layer's outputs, [K, out, N], and the
        inputs of each layer after the first, [K, in + 1, N]; the next run overwrites both.
        """
        later = list(zip(weights[1:], self.z, self.z[1:], self.values, self.slopes, strict=False))
        for weight, z, following, value, slope in later:
            self.activation.sloped(z, value[:, :-1], slope)
            torch.matmul(weight, value, out=following)
        logits = self.z[-1]
        chances = logits.sub_(logits.amax(1, keepdim=True)).exp_()
        chances.mul_(batch.share / chances.sum(1, keepdim=True)).sub_(batch.target)
        for weight, z, following, _, slope in later[::-1]:
            torch.matmul(weight[..., :-1].mT, following, out=z).mul_(slope)
        return self.z, self.values
