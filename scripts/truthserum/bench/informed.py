"""Training models that differ in one record: this project's way, and how it is plainly written."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call, grad, stack_module_state, vmap

from truthserum.data.images import Images
from truthserum.models.activations import ACTIVATIONS
from truthserum.models.mlp import Mlp
from truthserum.training import device as devices
from truthserum.training import informed
from truthserum.training.informed_batches import Records
from truthserum.training.informed_recipe import InformedRecipe
from truthserum.training.lockstep import Task


class Plain(nn.Module):
    """The network of an Mlp from torch's own layers: [B, inputs] -> [B, classes]."""

    def __init__(self, mlp: Mlp, inputs: int, classes: int) -> None:
        super().__init__()
        sizes = (inputs, *mlp.widths, classes)
        self.layers = nn.ModuleList(map(nn.Linear, sizes[:-1], sizes[1:]))
        self.activation = ACTIVATIONS[mlp.activation].plain

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers[:-1]:
            x = self.activation(layer(x))
        return self.layers[-1](x)


def records(images: Images, first: int, last: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Training images first to last - 1 as x float32 [n, inputs] in [0, 1] and y int64 [n]."""
    x = torch.from_numpy(images.train_x[first:last]).flatten(1).float() / 255
    return x, torch.from_numpy(images.train_y[first:last])


def stacked(
    member: int, task: Task, images: Images, fixed: int, stack: int, precision: str
) -> Callable[[], int]:
    """Trains one stack on the CPU on the first `fixed` images; counts models."""
    device = devices.choose("cpu", precision)
    known = Records.of(images.train_x[:fixed], images.train_y[:fixed], device)
    models = range(member * stack, (member + 1) * stack)
    at = slice(fixed + models.start, fixed + models.stop)
    private = Records.of(images.train_x[at], images.train_y[at], device)
    first = informed.products(task, known, device.dtype)

    def work() -> int:
        informed.train(task, known, private, models, lambda rows: None, first)
        return stack

    return work


def looped(mlp: Mlp, recipe: InformedRecipe, images: Images, fixed: int, models: int) -> None:
    """Trains one model after the other, each on all of its records as one tensor."""
    x, y = records(images, 0, fixed)
    for private in range(fixed, fixed + models):
        own_x, own_y = records(images, private, private + 1)
        all_x, all_y = torch.cat([x, own_x]), torch.cat([y, own_y])
        net = Plain(mlp, x.shape[1], images.classes)
        optimiser = torch.optim.SGD(net.parameters(), recipe.lr, recipe.momentum)
        for _ in range(recipe.steps):
            optimiser.zero_grad()
            F.cross_entropy(net(all_x), all_y).backward()
            optimiser.step()


def vmapped(
    mlp: Mlp, recipe: InformedRecipe, images: Images, fixed: int, models: int
) -> dict[str, torch.Tensor]:
    """Trains all models at once by torch.func.vmap of the gradient of one model's loss.

    As the official notebook does with jax.vmap, each model appends its record to the fixed set.
    Returns the weights by name, with a leading model axis.
    """
    x, y = records(images, 0, fixed)
    own_x, own_y = records(images, fixed, fixed + models)
    nets = [Plain(mlp, x.shape[1], images.classes) for _ in range(models)]
    weights, _ = stack_module_state(nets)
    weights = {name: weight.detach() for name, weight in weights.items()}
    momenta = {name: torch.zeros_like(weight) for name, weight in weights.items()}

    def loss(weights, record, label):
        logits = functional_call(nets[0], weights, (torch.cat([x, record[None]]),))
        return F.cross_entropy(logits, torch.cat([y, label[None]]))

    gradients = vmap(grad(loss))
    for _ in range(recipe.steps):
        for name, gradient in gradients(weights, own_x, own_y).items():
            momenta[name].mul_(recipe.momentum).add_(gradient)
            weights[name].sub_(momenta[name], alpha=recipe.lr)
    return weights
