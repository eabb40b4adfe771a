"""Training models that differ in one record: this project's way, and how it is plainly written."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call, grad, stack_module_state, vmap
from torch.utils.data import DataLoader, TensorDataset

from truthserum.bench import plain
from truthserum.bench.networks import network
from truthserum.data.images import Images
from truthserum.models.mlp import Mlp
from truthserum.reconstruction.engine import dense
from truthserum.reconstruction.engine.batches import Records
from truthserum.reconstruction.engine.recipe import InformedRecipe
from truthserum.training import device as devices
from truthserum.training.lockstep import Task

InformedTask = Task[Mlp, InformedRecipe]
Samples = tuple[torch.Tensor, torch.Tensor]  # pixels and labels of records, or of one
Weights = dict[str, torch.Tensor]
Loss = Callable[[nn.Module, Samples, Weights, Samples], torch.Tensor]


def records(images: Images, first: int, last: int) -> Samples:
    """Training images first to last - 1 as x float32 [n, inputs] in [0, 1] and y int64 [n]."""
    x = torch.from_numpy(images.train_x[first:last]).flatten(1).float() / 255
    return x, torch.from_numpy(images.train_y[first:last])


def stacked(
    member: int, task: InformedTask, images: Images, fixed: int, stack: int, precision: str
) -> Callable[[], int]:
    """Trains one stack on the CPU on the first `fixed` images; counts models."""
    train = trained(member, task, images, fixed, stack, precision)

    def work() -> int:
        train()
        return stack

    return work


def trained(
    member: int, task: InformedTask, images: Images, fixed: int, stack: int, precision: str
) -> Callable[[], Weights]:
    """All that needs to be done once, then a function that trains stack number `member`."""
    device = devices.choose("cpu", precision)
    models = range(member * stack, (member + 1) * stack)
    at = slice(fixed + models.start, fixed + models.stop)
    known, private = (
        Records.of(images.train_x[each], images.train_y[each], device)
        for each in (slice(fixed), at)
    )
    train = dense.Trainer.of(task, known, device.dtype)
    return partial(train, private, models, lambda rows: None)


def whole(samples: TensorDataset) -> list[tuple[torch.Tensor, ...]]:
    """All of them as the one batch of an epoch, as no loader is needed to get it."""
    return [samples.tensors]


def loaded(samples: TensorDataset) -> DataLoader:
    """The same by torch's loader, in this process."""
    return DataLoader(samples, len(samples), shuffle=True)


def looped(
    mlp: Mlp,
    recipe: InformedRecipe,
    images: Images,
    fixed: int,
    models: int,
    batches: Callable[[TensorDataset], Iterable[tuple[torch.Tensor, ...]]],
) -> None:
    """Trains one model after the other, each on all of its records in every step."""
    x, y = records(images, 0, fixed)
    for private in range(fixed, fixed + models):
        own_x, own_y = records(images, private, private + 1)
        net = network(mlp, x.shape[1:], images.classes)
        epoch = batches(TensorDataset(torch.cat([x, own_x]), torch.cat([y, own_y])))
        descend(net, recipe, epoch)


def descend(
    net: nn.Module, recipe: InformedRecipe, epoch: Iterable[tuple[torch.Tensor, ...]]
) -> None:
    """Trains a network, in place, for as many epochs as the recipe has steps."""
    optimiser = torch.optim.SGD(net.parameters(), recipe.lr, recipe.momentum)
    plain.descend(net, epoch, optimiser, recipe.steps)


def rounding(task: InformedTask, images: Images, fixed: int, stack: int) -> dict[str, float]:
    """How far from float64 training one stack ends, at most, in any weight of its last model.

    By precision of the trainer ("float32", "bfloat16"), and for the plain loop in float32 ("loop").
    """
    x, y = records(images, 0, fixed)
    own_x, own_y = records(images, fixed + stack - 1, fixed + stack)
    x, y = torch.cat([x, own_x]), torch.cat([y, own_y])
    start = dense.initial(task, x.shape[1], [stack - 1], "cpu")
    ends = []
    for dtype in (torch.float64, torch.float32):
        net = network(task.architecture, x.shape[1:], images.classes)
        parts = [part for w in start for part in (w[0, :, :-1], w[0, :, -1])]
        net.load_state_dict(dict(zip(net.state_dict(), parts, strict=True)))
        descend(net.to(dtype), task.recipe, [(x.to(dtype), y)])
        ends.append(list(net.state_dict().values()))
    exact, loop = ends
    found = {"loop": loop}
    for precision in ("float32", "bfloat16"):
        tensors = trained(0, task, images, fixed, stack, precision)()
        found[precision] = [t[-1].mT if t.ndim == 3 else t[-1] for t in tensors.values()]
    return {
        name: max(float((a - b).abs().max()) for a, b in zip(weights, exact, strict=True))
        for name, weights in found.items()
    }


def appended(net: nn.Module, fixed: Samples, weights: Weights, own: Samples) -> torch.Tensor:
    """The mean loss of a model on the fixed set with its own record at the end."""
    x, y = (torch.cat([known, one[None]]) for known, one in zip(fixed, own, strict=True))
    return F.cross_entropy(functional_call(net, weights, (x,)), y)


def apart(net: nn.Module, fixed: Samples, weights: Weights, own: Samples) -> torch.Tensor:
    """The same, of the fixed set and of the record by themselves: the one is no model's own."""
    record, label = own
    known, alone = (
        F.cross_entropy(functional_call(net, weights, (x,)), y, reduction="sum")
        for x, y in (fixed, (record[None], label[None]))
    )
    return (known + alone) / (len(fixed[1]) + 1)


def beginnings(mlp: Mlp, images: Images, models: int) -> Weights:
    """The initial weights of so many networks, by name, with a leading model axis."""
    inputs = images.train_x[0].size
    nets = [network(mlp, (inputs,), images.classes) for _ in range(models)]
    return {name: value.detach() for name, value in stack_module_state(nets)[0].items()}


def vmapped(
    mlp: Mlp, recipe: InformedRecipe, images: Images, fixed: int, models: int, loss: Loss
) -> Weights:
    """Trains all models at once by torch.func.vmap of the gradient of one model's loss.

    loss: `appended`, as the official notebook has it with jax.vmap, or `apart`. Returns the weights
    by name, with a leading model axis.
    """
    known, own = records(images, 0, fixed), records(images, fixed, fixed + models)
    weights = beginnings(mlp, images, models)
    net = network(mlp, known[0].shape[1:], images.classes)
    momenta = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    gradients = vmap(grad(partial(loss, net, known)))
    for _ in range(recipe.steps):
        for name, gradient in gradients(weights, own).items():
            momenta[name].mul_(recipe.momentum).add_(gradient)
            weights[name].sub_(momenta[name], alpha=recipe.lr)
    return weights


def working(
    member: int, train: Callable[..., object], recipe: InformedRecipe, steps: int, models: int
) -> Callable[[], float]:
    """Trains so many models for the first so many steps; counts whole models."""
    torch.manual_seed(member)

    def work() -> float:
        train(recipe=replace(recipe, steps=steps), models=models)
        return models * steps / recipe.steps

    return work
