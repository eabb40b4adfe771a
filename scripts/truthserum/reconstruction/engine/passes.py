"""The forward and the backward pass of K dense networks, written out."""

from collections.abc import Sequence

import torch

from truthserum.models.activations import Activation
from truthserum.reconstruction.engine.batches import Batch

PART = 16  # models whose values lie in a core's own memory while both passes go over them


def parts(models: int) -> list[slice]:
    """Slices of at most `PART` of so many models."""
    return [slice(first, min(first + PART, models)) for first in range(0, models, PART)]


class Passes:
    """Both passes for N records of a part of K models, in memory that every part uses again.

    weights: [K, out, in + 1] of each layer, whose shapes are what counts here; the last input of a
    layer is always 1. activation: an Activation. errors: [K, w, N], those of the first layer.
    """

    def __init__(
        self, weights: Sequence[torch.Tensor], activation: Activation, records: int
    ) -> None:
        self.activation = activation
        first, *later = [(min(PART, len(w)), w.shape[1], records) for w in weights]
        self.errors = weights[0].new_empty(len(weights[0]), *first[1:])
        self.later = [weights[0].new_empty(shape) for shape in later]
        self.slopes = [weights[0].new_empty(shape) for shape in (first, *later[:-1])]
        self.values = [weights[0].new_ones(k, w + 1, n) for k, w, n in (first, *later[:-1])]

    def run(
        self, at: slice, z: torch.Tensor, weights: Sequence[torch.Tensor], batch: Batch
    ) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        """From the first layer's outputs z [K, w, N] to logits, and back, for models `at`.

        Returns the derivative of the batch's loss by each layer's outputs, [k, out, N], and the
        inputs of each layer after the first, [k, in + 1, N]; the next run overwrites all but the
        first.
        """
        z, weights, batch = z[at], [weight[at] for weight in weights[1:]], batch.part(at)
        errors, values, slopes = (
            [each[: len(z)] for each in memory]
            for memory in ((self.errors[at], *self.later), self.values, self.slopes)
        )
        for weight, following, value, slope in zip(
            weights, errors[1:], values, slopes, strict=True
        ):
            self.activation.sloped(z, value[:, :-1], slope)
            z = torch.matmul(weight, value, out=following)
        chances = z.sub_(z.amax(1, keepdim=True)).exp_()
        chances.mul_(batch.share / chances.sum(1, keepdim=True)).sub_(batch.target)
        chances[..., batch.columns] -= batch.own
        backward = zip(weights, errors, errors[1:], slopes, strict=False)
        for weight, error, following, slope in list(backward)[::-1]:
            torch.matmul(weight[..., :-1].mT, following, out=error).mul_(slope)
        return errors, values
