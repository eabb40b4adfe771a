"""K models trained in lockstep on one device."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from truthserum.models.layers import initialise
from truthserum.seeds import Purpose, stream
from truthserum.training.batches import ImageBatches, Order, TableBatches
from truthserum.training.recipe import Recipe

CHECK_EVERY = 50  # steps between looks at the losses; a look waits for the device


class Diverged(RuntimeError):
    """The loss of a model is not finite."""

    def __init__(self, model: int, step: int, steps: int):
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


Batches = ImageBatches | TableBatches
# Called as `plain` is: leaves the gradients of a step in the parameters and yields the losses [K]
# of the models in it, one step after the other.
Gradients = Callable[..., Iterator[torch.Tensor]]


def train(
    task: Task,
    batches: Batches,
    labels: np.ndarray,
    rows: np.ndarray,
    models: Sequence[int],
    gradients: Gradients,
    advance: Callable[[int], None],
) -> nn.Module:
    """Train one stack of K models and return it, in evaluation mode.

    batches: of all N rows; labels: int64 [N]. rows: int64 [K, n], what each model trains on.
    models: the K global model indices; weights, order and augmentation of model i come from
    (seed, i) alone. gradients: `plain`, of `filtered` rows, or private
    (`inference.private.noisy`). advance: called with the number of rows after each step.

    Raises Diverged with the model's index and the step.
    """
    recipe, steps = task.recipe, task.recipe.steps(rows.shape[1])
    net = task.architecture.build(len(models), batches.shape, task.classes)
    initialise(net, streams(task, Purpose.WEIGHTS, models))
    net.to(batches.device.name).train()
    found = gradients(net, task, batches, labels, rows, models)
    rates = [recipe.rate(step, steps) for step in range(steps)]
    descend(_sgd(net, recipe), rates, found, models, partial(advance, len(models) * recipe.batch))
    return net.eval()


def plain(
    net: nn.Module,
    task: Task,
    batches: Batches,
    labels: np.ndarray,
    rows: Sequence[np.ndarray],
    models: Sequence[int],
) -> Iterator[torch.Tensor]:
    """Gradients of each model's mean loss in batches of its own rows, K arrays int64 [n_k].

    ValueError where a model has no rows.
    """
    targets = batches.device.place(labels)  # [N]
    augmenting = streams(task, Purpose.AUGMENTATION, models)
    for chosen in Order(rows, streams(task, Purpose.ORDER, models), task.recipe.batch):  # [K, B]
        logits = net(batches.draw(chosen, augmenting))  # [K, B, classes]
        expected = targets[batches.device.place(chosen)]  # [K, B]
        loss = F.cross_entropy(logits.flatten(0, 1), expected.flatten(), reduction="none")  # [K B]
        loss = loss.view(len(models), -1).mean(1)  # [K]
        net.zero_grad(set_to_none=True)
        loss.sum().backward()  # the models share nothing: each gets the gradient of its own mean
        yield loss.detach()


def descend(
    optimiser: torch.optim.Optimizer,
    rates: Sequence[float],
    gradients: Iterator[torch.Tensor],
    models: Sequence[int],
    advance: Callable[[], None],
) -> None:
    """Take an optimiser step at each of these learning rates: the loop of every engine.

    Each item of `gradients` says that those of one step lie in the parameters, and is what must
    stay finite of each of the `models`, [K]. Calls `advance` after each step. Raises Diverged.
    """
    unseen = []  # what came since the last look
    for step, (rate, losses) in enumerate(zip(rates, gradients, strict=False)):
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.step()
        unseen.append(losses)  # [K]
        if step % CHECK_EVERY == 0 or step == len(rates) - 1:
            bad = (~torch.stack(unseen).isfinite()).nonzero().tolist()  # pairs (step, model)
            if bad:
                back, k = bad[0]
                raise Diverged(models[k], step + 1 - len(unseen) + back, len(rates))
            unseen.clear()
        advance()


def filtered(
    kept: np.ndarray,
    net: nn.Module,
    task: Task,
    batches: Batches,
    labels: np.ndarray,
    rows: np.ndarray,
    models: Sequence[int],
) -> Iterator[torch.Tensor]:
    """As `plain`, of only those of the rows [K, n] that are `kept`, bool [K, n].

    The steps are as many as for all n rows: what a model is does not depend on how many rows others
    of its stack keep, and who keeps few passes over them more often.
    """
    remaining = [own[keep] for own, keep in zip(rows, kept, strict=True)]
    return plain(net, task, batches, labels, remaining, models)


def streams(task: Task, purpose: Purpose, models: Sequence[int]) -> list[np.random.Generator]:
    """The generators of `models` for one purpose."""
    return [stream(task.seed, purpose, i) for i in models]


def _sgd(net: nn.Module, recipe: Recipe) -> torch.optim.SGD:
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
