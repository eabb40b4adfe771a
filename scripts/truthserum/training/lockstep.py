"""K models trained in lockstep on one device."""

from dataclasses import dataclass

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
            "try a lower recipe.lr, a longer warm-up (recipe.schedule) or precision: float32"
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
    recipe, device = task.recipe, batches.device
    targets = device.place(labels)
    net = task.architecture.build(len(models), batches.shape, task.classes)
    initialise(net, [stream(task.seed, Purpose.WEIGHTS, i) for i in models])
    net.to(device.name).train()
    optimiser = _optimiser(net, recipe)
    order = Order(rows, [stream(task.seed, Purpose.ORDER, i) for i in models], recipe.batch)
    augmenting = [stream(task.seed, Purpose.AUGMENTATION, i) for i in models]

    steps = recipe.steps(rows.shape[1])
    losses = torch.zeros(steps, len(models), device=device.name)
    for step in range(steps):
        chosen = next(order)
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate(step, steps)
        logits = net(batches.draw(chosen, augmenting))
        expected = targets[torch.from_numpy(chosen).to(device.name)]
        loss = F.cross_entropy(logits.flatten(0, 1), expected.flatten(), reduction="none")
        loss = loss.view(len(models), -1).mean(1)
        optimiser.zero_grad(set_to_none=True)
        loss.sum().backward()  # the models share nothing: each gets the gradient of its own mean
        optimiser.step()
        losses[step] = loss.detach()
        if step % CHECK_EVERY == 0 or step == steps - 1:
            _check(losses, models)
        advance(chosen.size)
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
