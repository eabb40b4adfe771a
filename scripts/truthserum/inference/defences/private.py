"""DP-SGD for K models in lockstep."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import nn

from truthserum.inference.defences.clipping import clipped_sums
from truthserum.seeds import Purpose
from truthserum.training.batches import poisson_samples
from truthserum.training.lockstep import Fit


def noisy(
    clip: float, noise_multiplier: float, net: nn.Module, fit: Fit, done: int
) -> Iterator[torch.Tensor]:
    """Gradients as `lockstep.plain` yields them, by DP-SGD (Abadi et al., arXiv 1607.00133).

    Each of a model's n rows is in a step's sample with probability batch / n; the gradients are
    clipped to norm `clip` and summed, N(0, (noise_multiplier clip)^2) is added to each coordinate,
    and the sum is divided by the batch of the recipe, which is the expected size of a sample. The
    samples of model i come from its order's stream, its noise from a stream of its own: that of a
    simulation, not of a cryptographic generator.

    Raises ValueError for a network that is not made of dense layers.
    """
    recipe, device = fit.task.recipe, fit.batches.device
    targets, rate = device.place(fit.labels), recipe.batch / fit.rows.shape[1]
    augmenting = fit.streams(Purpose.AUGMENTATION)  # nothing is drawn that counts
    noise = fit.streams(Purpose.NOISE)
    samples = poisson_samples(fit.rows, fit.streams(Purpose.ORDER), rate)
    for step, (chosen, taken) in enumerate(samples):  # [K, B]
        if step < done:
            for parameter in net.parameters():
                _normal(noise, parameter.shape)
            continue
        x, expected = fit.batches.draw(chosen, augmenting), targets[device.place(chosen)]
        counted = device.place(taken)  # [K, B]
        losses, sums = clipped_sums(net, x, expected, counted, clip)  # [K, B]
        for parameter, total in sums:  # [K, ...]
            total += noise_multiplier * clip * device.place(_normal(noise, total.shape))
            parameter.grad = total / recipe.batch
        yield (losses * counted).sum(1) / recipe.batch


def _normal(streams: Sequence[np.random.Generator], shape: Sequence[int]) -> np.ndarray:
    """Standard normal numbers of a shape [K, ...], those of model k from its own stream."""
    return np.stack([stream.standard_normal(shape[1:], np.float32) for stream in streams])
