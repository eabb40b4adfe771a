"""K models trained in lockstep on one device."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import torch
from torch import nn

from truthserum.models.layers import Stack, initialise
from truthserum.seeds import Purpose, stream
from truthserum.training import apart
from truthserum.training.batches import Batches, Order, Rows
from truthserum.training.losses import mean_losses
from truthserum.training.midway import NOT_KEPT, Midway, NotKept
from truthserum.training.recipe import Recipe

CHECK_EVERY = 50  # steps between looks at the losses; a look waits for the device


class Diverged(RuntimeError):
    """The loss of a model is not finite."""

    def __init__(self, model: int | str, step: int, steps: int) -> None:
        super().__init__(
            f"model {model} diverged: its loss is not finite at step {step} of {steps}; "
            "try a lower recipe.lr or precision: float32"
        )
        self.model, self.step = model, step


class Architecture(Protocol):
    """Options of a network, such as the plug-ins of `truthserum.models`.

    normalise: whether records of a batch influence each other, so that models are seen in two ways.
    """

    @property
    def normalise(self) -> bool: ...

    def build(self, models: int, shape: tuple[int, ...], classes: int) -> Stack:
        """A stack of `models` networks for records of `shape`."""
        ...


A_co = TypeVar("A_co", bound=Architecture, covariant=True)
R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True)
class Task(Generic[A_co, R_co]):
    """What all models of an arm have in common: architecture, recipe, classes and seed."""

    architecture: A_co
    recipe: R_co
    classes: int
    seed: int


@dataclass(frozen=True, eq=False)
class Fit:
    """What one stack of K models is trained on.

    batches: of all N rows; labels: int64 [N]. rows: int64 [K, n], what each model trains on.
    models: the K global model indices; what is random in model i comes from (seed, i) alone.
    midway: where the stack is kept in training.
    """

    task: Task[Architecture, Recipe]
    batches: Batches
    labels: np.ndarray
    rows: np.ndarray
    models: Sequence[int]
    midway: Midway | NotKept = NOT_KEPT

    @property
    def work(self) -> int:
        """The number of rows that all steps take, K models together."""
        recipe = self.task.recipe
        return recipe.steps(self.rows.shape[1]) * recipe.batch * len(self.models)

    def streams(self, purpose: Purpose) -> list[np.random.Generator]:
        """The generators of the models for one purpose."""
        return [stream(self.task.seed, purpose, i) for i in self.models]


# Leaves the gradients of a step in the parameters and yields the losses [K] of the models in it,
# one step after the other. Of the first steps, as many as were made before, it only draws what is
# random: what comes after them is the same.
Gradients = Callable[[nn.Module, Fit, int], Iterator[torch.Tensor]]


def train(
    fit: Fit, gradients: Gradients, advance: Callable[[int], None] = lambda rows: None
) -> Stack:
    """Train one stack of K models, or go on with one, and return it, in evaluation mode.

    gradients: `plain`, of `filtered` rows, or private (`inference.defences.private.noisy`).
    advance: called with the number of rows after each step.

    Raises Diverged with the model's index and the step.
    """
    task, recipe, models = fit.task, fit.task.recipe, fit.models
    steps = recipe.steps(fit.rows.shape[1])
    net = task.architecture.build(len(models), fit.batches.shape, task.classes)
    initialise(net, fit.streams(Purpose.WEIGHTS))
    net.to(fit.batches.device.name).train()
    rates = [recipe.rate(step, steps) for step in range(steps)]
    optimiser = _sgd(net, recipe)
    done = fit.midway.restore(net, optimiser)
    descend(
        optimiser,
        rates,
        gradients(net, fit, done),
        models,
        advance=partial(advance, len(models) * recipe.batch),
        keep=partial(fit.midway.keep, net, optimiser),
        done=done,
    )
    return net.eval()


def plain(net: nn.Module, fit: Fit, done: int) -> Iterator[torch.Tensor]:
    """Gradients of each model's mean loss in batches of its rows."""
    return _of_rows(net, fit, done, fit.rows)


def filtered(kept: np.ndarray, net: nn.Module, fit: Fit, done: int) -> Iterator[torch.Tensor]:
    """As `plain`, of only those of the rows [K, n] that are `kept`, bool [K, n].

    The steps are as many as for all n rows: what a model is does not depend on how many rows others
    of its stack keep, and who keeps few passes over them more often. ValueError where a model has
    no rows.
    """
    rows = [own[keep] for own, keep in zip(fit.rows, kept, strict=True)]
    return _of_rows(net, fit, done, rows)


def _of_rows(net: nn.Module, fit: Fit, done: int, rows: Rows) -> Iterator[torch.Tensor]:
    """Gradients of each model's mean loss in batches of its own rows, as the device likes it."""
    if fit.batches.device.name == "cuda":
        return apart.gradients(net, fit, done, rows)
    return together(net, fit, done, rows)


def together(net: nn.Module, fit: Fit, done: int, rows: Rows) -> Iterator[torch.Tensor]:
    """They are, of all models at once, as one network; rows: K arrays int64 [n_k]."""
    batches = fit.batches
    targets = batches.device.place(fit.labels)  # [N]
    augmenting = fit.streams(Purpose.AUGMENTATION)
    order = Order(rows, fit.streams(Purpose.ORDER), fit.task.recipe.batch)
    for step, chosen in enumerate(order):  # [K, B]
        x = batches.draw(chosen, augmenting)
        if step < done:
            continue
        losses = mean_losses(net(x), targets[batches.device.place(chosen)])  # [K]
        net.zero_grad(set_to_none=True)
        losses.sum().backward()  # the models share nothing: each gets the gradient of its own mean
        yield losses.detach()


def descend(
    optimiser: torch.optim.Optimizer,
    rates: Sequence[float],
    gradients: Iterator[torch.Tensor],
    models: Sequence[int | str],
    advance: Callable[[], None],
    keep: Callable[[int], None] = lambda made: None,
    done: int = 0,
) -> None:
    """Take an optimiser step at each of these learning rates: the loop of every engine.

    Each item of `gradients` says that those of one step lie in the parameters, and is what must
    stay finite of each of the `models`, [K]. Calls `advance` after each step, and `keep` with the
    number of steps until then. The first `done` steps were made before. Raises Diverged.
    """
    unseen = []  # what came since the last look
    for step, (rate, losses) in enumerate(zip(rates[done:], gradients, strict=False), done):
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.step()
        unseen.append(losses)  # [K]
        if step % CHECK_EVERY == 0 or step == len(rates) - 1:
            finite = torch.stack(unseen).isfinite().cpu().numpy()  # [steps, K]
            if not finite.all():
                back, k = np.argwhere(~finite)[0]
                raise Diverged(models[k], step + 1 - len(unseen) + back, len(rates))
            unseen.clear()
        advance()
        keep(step + 1)


def decaying(net: nn.Module, decay: float, axes: int) -> list[dict[str, Any]]:
    """Parameters as optimisers take them: kernels decay, biases and normalisation do not.

    axes: leading ones of each parameter, over models; kernels have two more or further ones.
    """
    kernels = [p for p in net.parameters() if p.ndim > 1 + axes]
    others = [p for p in net.parameters() if p.ndim <= 1 + axes]
    return [{"params": kernels, "weight_decay": decay}, {"params": others}]


def _sgd(net: nn.Module, recipe: Recipe) -> torch.optim.SGD:
    return torch.optim.SGD(
        decaying(net, recipe.weight_decay, axes=1),
        lr=recipe.lr,
        momentum=recipe.momentum,
        nesterov=recipe.nesterov,
        fused=True,
    )
