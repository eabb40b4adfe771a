"""Training models that differ in one record: this project's way, and how it is plainly written."""

from collections.abc import Callable, Iterable
from functools import partial

import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call, grad, stack_module_state, vmap
from torch.utils.data import DataLoader, TensorDataset

from truthserum.bench.plain import network
from truthserum.data.images import Images
from truthserum.models.mlp import Mlp
from truthserum.reconstruction.engine import dense
from truthserum.reconstruction.engine.batches import Records
from truthserum.reconstruction.engine.recipe import InformedRecipe
from truthserum.training import device as devices
from truthserum.training.lockstep import Task

InformedTask = Task[Mlp, InformedRecipe]


def records(images: Images, first: int, last: int) -> tuple[torch.Tensor, torch.Tensor]:
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
) -> Callable[[], dict[str, torch.Tensor]]:
    """All that needs to be done once, then a function that trains stack number `member`."""
    device = devices.choose("cpu", precision)
    models = range(member * stack, (member + 1) * stack)
    at = slice(fixed + models.start, fixed + models.stop)
    known, private = (
        Records.of(images.train_x[each], images.train_y[each], device)
        for each in (slice(fixed), at)
    )
    fixed_set = dense.prepare(task, known, device.dtype)
    return partial(dense.train, task, fixed_set, private, models, lambda rows: None)


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
    for _ in range(recipe.steps):
        for x, y in epoch:
            optimiser.zero_grad()
            F.cross_entropy(net(x), y).backward()
            optimiser.step()


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


def vmapped(
    mlp: Mlp, recipe: InformedRecipe, images: Images, fixed: int, models: int
) -> dict[str, torch.Tensor]:
    """Trains all models at once by torch.func.vmap of the gradient of one model's loss.

    As the official notebook does with jax.vmap, each model appends its record to the fixed set.
    Returns the weights by name, with a leading model axis.
    """
    x, y = records(images, 0, fixed)
    own_x, own_y = records(images, fixed, fixed + models)
    nets = [network(mlp, x.shape[1:], images.classes) for _ in range(models)]
    weights, _ = stack_module_state(nets)
    weights = {name: weight.detach() for name, weight in weights.items()}
    momenta = {name: torch.zeros_like(weight) for name, weight in weights.items()}

    def loss(
        weights: dict[str, torch.Tensor], record: torch.Tensor, label: torch.Tensor
    ) -> torch.Tensor:
        logits = functional_call(nets[0], weights, (torch.cat([x, record[None]]),))
        return F.cross_entropy(logits, torch.cat([y, label[None]]))

    gradients = vmap(grad(loss))
    for _ in range(recipe.steps):
        for name, gradient in gradients(weights, own_x, own_y).items():
            momenta[name].mul_(recipe.momentum).add_(gradient)
            weights[name].sub_(momenta[name], alpha=recipe.lr)
    return weights
