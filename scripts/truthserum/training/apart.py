"""Gradients of the models of a stack, each computed by a network of its own: the way of a GPU.

There one network of many models needs grouped convolutions, which are slow, and a step is hundreds
of launches that wait for its rows to be copied. Here all that a training draws is drawn and placed
before its first step, from the same streams; and the step of all models, each on a CUDA stream of
its own, is captured once as a CUDA graph and replayed. Without CUDA the same steps are made one
after the other, to the bits of stacks of one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from truthserum.seeds import Purpose, stream
from truthserum.training.batches import Batches, Order, Rows
from truthserum.training.losses import mean_losses

if TYPE_CHECKING:
    from truthserum.training.lockstep import Fit

WARM = 3  # steps before a capture, in which libraries choose kernels and take memory


def gradients(net: nn.Module, fit: "Fit", done: int, rows: Rows) -> Iterator[torch.Tensor]:
    """As `lockstep.together` yields them."""
    device = fit.batches.device
    now = torch.full((1,), done, device=device.name)
    losses = torch.zeros(len(rows), device=device.name)
    members = list(_members(net, fit, rows, losses))
    captured = device.name == "cuda"
    step = _captured(members, now, list(net.buffers())) if captured else _one_by_one(members, now)
    while True:
        step()
        now += 1
        yield losses.clone()


@dataclass(frozen=True, eq=False)
class Member:
    """One model of a stack: a network of one model in the stack's memory, and all that it draws.

    gradients: those of the stack's parameters that are of this model, [1, ...] each; loss: where
    its own goes, [1]. rows: int64 [S, B] of all S steps; changes: [S, B] each. targets: [N].
    """

    net: nn.Module
    gradients: Sequence[torch.Tensor]
    loss: torch.Tensor
    batches: Batches
    rows: torch.Tensor
    changes: Sequence[torch.Tensor]
    targets: torch.Tensor

    def step(self, now: torch.Tensor) -> None:
        """Leave the loss and the gradients of step `now`, int64 [1], where they belong."""
        rows, *changes = (of.index_select(0, now) for of in (self.rows, *self.changes))  # [1, B]
        losses = mean_losses(self.net(self.batches.take(rows, *changes)), self.targets[rows])
        found = torch.autograd.grad(losses.sum(), list(self.net.parameters()))
        for place, gradient in zip(self.gradients, found, strict=True):
            place.copy_(gradient)
        self.loss.copy_(losses.detach())


def _members(net: nn.Module, fit: "Fit", rows: Rows, losses: torch.Tensor) -> Iterator[Member]:
    """The models of a stack, trained on these rows; losses: where they are to be, [K]."""
    batches, task, place = fit.batches, fit.task, fit.batches.device.place
    whole = {**dict(net.named_parameters()), **dict(net.named_buffers())}
    stacked, targets = [torch.zeros_like(own) for own in net.parameters()], place(fit.labels)
    for parameter, gradient in zip(net.parameters(), stacked, strict=True):
        parameter.grad = gradient
    for k, own_rows in enumerate(rows):
        one = task.architecture.build(1, batches.shape, task.classes).to(batches.device.name)
        for name, own in [*one.named_parameters(), *one.named_buffers()]:
            own.data = whole[name].data[k : k + 1]
        of_one = [gradient[k : k + 1] for gradient in stacked]
        drawn, *changes = map(place, _drawn(fit, k, own_rows))
        yield Member(one.train(), of_one, losses[k : k + 1], batches, drawn, changes, targets)


def _drawn(fit: "Fit", k: int, rows: np.ndarray) -> list[np.ndarray]:
    """The rows of every batch of a model's training, int64 [S, B], and how each is augmented."""
    recipe, seed, model = fit.task.recipe, fit.task.seed, fit.models[k]
    order = Order([rows], [stream(seed, Purpose.ORDER, model)], recipe.batch)
    augmenting = stream(seed, Purpose.AUGMENTATION, model)
    steps = [
        (chosen[0], *fit.batches.changes(recipe.batch, augmenting))
        for chosen in islice(order, recipe.steps(fit.rows.shape[1]))
    ]
    return [np.stack(each) for each in zip(*steps, strict=True)]


def _one_by_one(members: Sequence[Member], now: torch.Tensor) -> Callable[[], None]:
    """A step of all members at `now`, as they come."""

    def step() -> None:
        for member in members:
            member.step(now)

    return step


@cache
def _stream(k: int) -> "torch.cuda.Stream":
    """The k-th stream, the same for each stack, as cuBLAS keeps memory for every one."""
    return torch.cuda.Stream()


def _captured(
    members: Sequence[Member], now: torch.Tensor, buffers: Sequence[torch.Tensor]
) -> Callable[[], None]:
    """A step of all members at `now`, as one CUDA graph; buffers: what a step changes in place."""
    streams = [_stream(k) for k in range(len(members))]

    def beside_each_other() -> None:
        main = torch.cuda.current_stream()
        for own in streams:
            own.wait_stream(main)
        try:
            for member, own in zip(members, streams, strict=True):
                with torch.cuda.stream(own):
                    member.step(now)
        finally:  # a capture that ends without one of them hides what went wrong
            for own in streams:
                main.wait_stream(own)

    before = [buffer.clone() for buffer in buffers]
    for _ in range(WARM):
        beside_each_other()
    for buffer, value in zip(buffers, before, strict=True):  # as if nothing had been trained
        buffer.copy_(value)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        beside_each_other()
    return graph.replay
