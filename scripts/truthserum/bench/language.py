"""Language models trained one at a time, against a stack in lockstep with the same arithmetic.

The stack is written by hand: products batched over the models, attention over models and windows
alike. A stack of Gpt would be this; it is kept here, where it is measured, since it does not pay.
"""

import time
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from truthserum.extraction import language
from truthserum.extraction.models.transformer import Block, Transformer
from truthserum.extraction.recipe import Recipe
from truthserum.training.batches import Order
from truthserum.training.device import Device


class Stack(nn.Module):
    """The K networks of `gpt.Transformer` as one: tokens [K, B, T] -> logits [K, B, T, vocabulary].

    Each parameter of the networks, by its name, is one with a leading model axis.
    """

    dtype = torch.float32
    embedding_weight: torch.Tensor
    position_weight: torch.Tensor

    def __init__(self, nets: Sequence[Transformer]) -> None:
        super().__init__()
        first, self.layers = nets[0].blocks[0], len(nets[0].blocks)
        assert isinstance(first, Block)
        self.heads = first.heads
        for name, value in nets[0].named_parameters():
            same: list[torch.Tensor] = [value, *(net.get_parameter(name) for net in nets[1:])]
            together = nn.Parameter(torch.stack(same).detach().clone())
            self.register_parameter(name.replace(".", "_"), together)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        models, batch, length = tokens.shape
        x = self.embedding_weight[torch.arange(models)[:, None], tokens.flatten(1)]
        x = x + self.position_weight[:, :length].repeat(1, batch, 1)
        for layer in range(self.layers):
            block = f"blocks_{layer}_"
            parts = self._linear(block + "attend", self._norm(block + "norm_1", x)).float()
            parts = parts.view(models * batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
            queries, keys, values = parts
            mixed = F.scaled_dot_product_attention(queries, keys, values, is_causal=True)
            x = x + self._linear(block + "project", mixed.transpose(1, 2).reshape(x.shape))
            hidden = self._linear(block + "expand", self._norm(block + "norm_2", x)).relu()
            x = x + self._linear(block + "contract", hidden)
        x, embedding = self._norm("norm", x).to(self.dtype), self.embedding_weight.to(self.dtype)
        return torch.bmm(x, embedding.mT).float().view(models, batch, length, -1)

    def _linear(self, name: str, x: torch.Tensor) -> torch.Tensor:
        weight, bias = getattr(self, name + "_weight"), getattr(self, name + "_bias")
        return torch.baddbmm(
            bias.to(self.dtype)[:, None], x.to(self.dtype), weight.to(self.dtype).mT
        )

    def _norm(self, name: str, x: torch.Tensor) -> torch.Tensor:
        weight, bias = getattr(self, name + "_weight"), getattr(self, name + "_bias")
        return torch.addcmul(bias[:, None], F.layer_norm(x, x.shape[-1:]), weight[:, None])


def singly(
    nets: Sequence[Transformer], windows: np.ndarray, recipe: Recipe, device: Device
) -> float:
    """Train networks in place, one after the other, each on its windows of [K, n, T].

    Returns tokens per second of one core.
    """
    start = time.process_time()
    for k, (net, own) in enumerate(zip(nets, windows, strict=True)):
        rng = np.random.default_rng(k)
        language.train(net, own, recipe, rng, device, k, lambda amount: None)
    return _tokens(windows, recipe) / (time.process_time() - start)


def in_lockstep(stack: Stack, windows: np.ndarray, recipe: Recipe, device: Device) -> float:
    """Train a stack in place, as `singly` trains its networks. Returns tokens per second."""
    start = time.process_time()
    stack.to(device.name).train()
    stack.dtype = device.dtype
    text, optimiser = device.place(windows), language.adamw(stack, recipe, axes=1)
    models, count, _ = windows.shape
    rows = [np.arange(count)] * models
    order = Order(rows, [np.random.default_rng(k) for k in range(models)], recipe.batch)
    steps = recipe.steps(count)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate(step, steps)
        chosen = text[torch.arange(models)[:, None], device.place(next(order))]
        logits, expected = stack(chosen[..., :-1]), chosen[..., 1:]
        loss = F.cross_entropy(logits.flatten(0, 2), expected.flatten()) * models
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # the models share nothing: each gets the gradient of its own mean
        _clip(stack, recipe.clip)
        optimiser.step()
    return _tokens(windows, recipe) / (time.process_time() - start)


@torch.no_grad()
def _clip(stack: Stack, largest: float) -> None:
    """Scale each model's gradient to a norm of at most `largest`."""
    gradients = [p.grad.flatten(1) for p in stack.parameters() if p.grad is not None]
    norms = torch.stack([each.norm(dim=1) for each in gradients]).norm(dim=0)
    scale = (largest / (norms + 1e-6)).clamp(max=1)[:, None]
    for each in gradients:
        each.mul_(scale)


def _tokens(windows: np.ndarray, recipe: Recipe) -> int:
    models, count, length = windows.shape
    return models * recipe.steps(count) * recipe.batch * length
