"""K models trained in lockstep on one device."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F

from truthserum.models.layers import initialise
from truthserum.seeds import Purpose, stream
from truthserum.training.batches import Order
from truthserum.training.recipe import Recipe

CHECK_EVERY = 50  # steps between looks at the losses; a look waits for the device


class Diverged(RuntimeError):
    """The loss of a model is not finite."""

    def __init__(self, model, step, steps):
        super().__init__(
            f"model {model} diverged: its loss is not finite at step {step} of {steps}; "
            "try a lower recipe.lr or precision: float32"
        )
        self.model, self.step = model, step


@dataclass(frozen=True)
class Task:
    """What all models of an arm have in common: architecture, recipe, classes and seed.

    `architecture.build(models, shape, classes)` makes a stack.
    """

    architecture: object
    recipe: Recipe
    classes: int
    seed: int


def train(task, batches, labels, rows, models, advance):
    """Train one stack and return it, in evaluation mode.

    batches: ImageBatches or TableBatches of all N rows; labels: int64 [N]. rows: int64 [K, n], what
    each model trains on. models: the K global model indices; weights, order and augmentation of
    model i come from (seed, i) alone. advance: called with the number of rows after each step.

    Raises Diverged with the model's index and the step.
    """
    kept = np.ones(rows.shape, bool)
    return train_kept(task, batches, labels, rows, kept, models, advance)


def train_kept(task, batches, labels, rows, kept, models, advance):
    """As `train`, with only those of the rows that are `kept`, bool [K, n].

    The steps are as many as for all n rows: what a model is does not depend on how many rows others
    of its stack keep, and who keeps few passes over them more often. ValueError where a model keeps
    none.
    """
    recipe, targets = task.recipe, batches.device.place(labels)
    remaining = [own[keep] for own, keep in zip(rows, kept, strict=True)]
    order = Order(remaining, streams(task, Purpose.ORDER, models), recipe.batch)
    augmenting = streams(task, Purpose.AUGMENTATION, models)

    def differentiate(net):
        chosen = next(order)
        logits = net(batches.draw(chosen, augmenting))
        expected = targets[batches.device.place(chosen)]
        loss = F.cross_entropy(logits.flatten(0, 1), expected.flatten(), reduction="none")
        loss = loss.view(len(models), -1).mean(1)
        net.zero_grad(set_to_none=True)
        loss.sum().backward()  # the models share nothing: each gets the gradient of its own mean
        return loss.detach()

    return descend(task, batches, models, recipe.steps(rows.shape[1]), differentiate, advance)


def streams(task, purpose, models):
    """The generators of `models` for one purpose."""
    return [stream(task.seed, purpose, i) for i in models]


def descend(task, batches, models, steps, differentiate, advance):
    """Take `steps` optimiser steps from the initial weights: what all ways to train have in common.

    differentiate(net) leaves the gradients of one step in the parameters and returns the loss of
    each of the K models, [K]. Returns the stack in evaluation mode; raises Diverged as `train`.
    """
    recipe = task.recipe
    net = begin(task, batches.shape, streams(task, Purpose.WEIGHTS, models), batches.device)
    rates = [recipe.rate(step, steps) for step in range(steps)]
    counted = partial(advance, len(models) * recipe.batch)
    return follow(net, _optimiser(net, recipe), rates, models, differentiate, counted)


def begin(task, shape, weights, device):
    """A stack in training mode on the device, with the initial weights of model k from weights[k].

    shape: that of a record. weights: K generators.
    """
    net = task.architecture.build(len(weights), shape, task.classes)
    initialise(net, weights)
    return net.to(device.name).train()


def follow(net, optimiser, rates, models, differentiate, advance):
    """Take an optimiser step at each of these learning rates, calling `advance` after each.

    differentiate, return value and errors are those of `descend`.
    """
    losses = torch.zeros(len(rates), len(models), device=next(net.parameters()).device)
    for step, rate in enumerate(rates):
        for group in optimiser.param_groups:
            group["lr"] = rate
        losses[step] = differentiate(net)
        optimiser.step()
        if step % CHECK_EVERY == 0 or step == len(rates) - 1:
            _check(losses, models)
        advance()
    return net.eval()


def _optimiser(net, recipe):
    # Kernels have axes beyond (model, unit); biases and normalisation do not decay.
    kernels = [p for p in net.parameters() if p.ndim > 2]
    others = [p for p in net.parameters() if p.ndim <= 2]
    return torch.optim.SGD(
        [{"params": kernels, "weight_decay": recipe.weight_decay}, {"params": others}],
        lr=recipe.lr,
        momentum=recipe.momentum,
        nesterov=recipe.nesterov,
        fused=True,
    )


def _check(losses, models):
    bad = (~torch.isfinite(losses)).nonzero()
    if len(bad):
        step, k = bad[0].tolist()
        raise Diverged(models[k], step, len(losses))
