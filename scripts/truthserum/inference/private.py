"""DP-SGD for K models in lockstep."""

import numpy as np

from truthserum.inference.clipping import clipped_sums
from truthserum.seeds import Purpose
from truthserum.training.batches import PoissonSamples
from truthserum.training.lockstep import descend, streams


def train_private(task, batches, labels, rows, models, advance, clip, noise_multiplier):
    """Train one stack as `lockstep.train` does, by DP-SGD (Abadi et al., arXiv 1607.00133).

    Each of a model's n rows is in a step's sample with probability batch / n; the gradients are
    clipped to norm `clip` and summed, N(0, (noise_multiplier clip)^2) is added to each coordinate,
    and the sum is divided by the batch of the recipe, which is the expected size of a sample. The
    samples of model i come from its order's stream, its noise from a stream of its own: that of a
    simulation, not of a cryptographic generator.

    Raises ValueError for a network that is not made of dense layers, and Diverged.
    """
    recipe, device = task.recipe, batches.device
    targets = device.place(labels)
    size = rows.shape[1]
    samples = PoissonSamples(rows, streams(task, Purpose.ORDER, models), recipe.batch / size)
    augmenting = streams(task, Purpose.AUGMENTATION, models)  # nothing is drawn that counts
    noise = streams(task, Purpose.NOISE, models)

    def differentiate(net):
        chosen, taken = next(samples)
        x, expected = batches.draw(chosen, augmenting), targets[device.place(chosen)]
        counted = device.place(taken)
        losses, sums = clipped_sums(net, x, expected, counted, clip)
        for parameter, total in sums:
            normal = [one.standard_normal(total.shape[1:], np.float32) for one in noise]
            total += noise_multiplier * clip * device.place(np.stack(normal))
            parameter.grad = total / recipe.batch
        return (losses * counted).sum(1) / recipe.batch

    return descend(task, batches, models, recipe.steps(size), differentiate, advance)
