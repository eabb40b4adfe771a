"""Sums of clipped per-example gradients, without the gradient of any single example in memory.

The gradient of one example in the weights of a dense layer is the outer product of what went into
the layer, a, and what comes back to its output, g: its squared norm is |a|^2 |g|^2, and that of the
bias |g|^2 (Goodfellow, arXiv 1510.01799). So one backward pass gives every norm, and one product a
layer the clipped sum.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.overrides import TorchFunctionMode

from truthserum.models.layers import Linear


class _Products(TorchFunctionMode):
    """Notes (input, output) of every `Linear` in the block, before any activation function."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[torch.Tensor, torch.Tensor]] = []

    def __torch_function__(
        self,
        function: Callable[..., Any],
        types: Sequence[type],
        arguments: Sequence[Any] = (),
        options: Mapping[str, Any] | None = None,
    ) -> Any:
        output = function(*arguments, **(options or {}))
        if function is torch.baddbmm:
            self.seen.append((arguments[1], output))
        return output


def clipped_sums(
    net: nn.Module, x: torch.Tensor, labels: torch.Tensor, taken: torch.Tensor, clip: float
) -> tuple[torch.Tensor, list[tuple[nn.Parameter, torch.Tensor]]]:
    """Cross-entropy of K models on a batch, and their clipped gradients, summed over the examples.

    net: a stack in which every parameter is of a `Linear` layer (else ValueError), each of them
    used once and in their order. x: [K, B, ...]; labels: int64 [K, B]; taken: bool [K, B], which
    examples count. clip: the norm, over all parameters of a model, to which a longer gradient is
    shortened.

    Returns losses [K, B] and a list of (parameter, sum [K, ...] in float32).
    """
    layers = _dense(net)
    with _Products() as products:
        logits = net(x)
    losses = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none")
    inputs, outputs = zip(*products.seen, strict=True)
    # An example's loss depends on its own outputs only: the derivative of the sum is that of each.
    back = [g.float() for g in torch.autograd.grad(losses.sum(), outputs)]
    rows = [a.detach().float() for a in inputs]
    squared = sum(
        (a.square().sum(2) + 1) * g.square().sum(2) for a, g in zip(rows, back, strict=True)
    )
    scale = taken * (clip / squared.sqrt()).clamp(max=1)
    sums = []
    for layer, a, g in zip(layers, rows, back, strict=True):
        clipped = g * scale[..., None]
        sums += [(layer.weight, a.transpose(1, 2) @ clipped), (layer.bias, clipped.sum(1))]
    return losses.detach().view(labels.shape), sums


def _dense(net: nn.Module) -> list[Linear]:
    layers = [layer for layer in net.modules() if isinstance(layer, Linear)]
    dense = {id(parameter) for layer in layers for parameter in layer.parameters()}
    others = [name for name, value in net.named_parameters() if id(value) not in dense]
    if others:
        raise ValueError(
            f"clipping: found the parameters {', '.join(others)}, allowed are those of dense layers"
        )
    return layers
