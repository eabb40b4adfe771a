"""A small causal transformer, one model at a time.

Four in lockstep, written by hand, were 1.1 times as fast on a core: not worth a second network.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from truthserum.extraction.models.network import Cache, Network, Pair

CHILDREN = 10  # at most so many tokens follow one parent in `Transformer.step`


class Linear(nn.Module):
    """[..., inputs] -> [..., outputs] in the type `dtype` of the product."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor, dtype: torch.dtype) -> Tensor:
        return F.linear(x.to(dtype), self.weight.to(dtype), self.bias.to(dtype))


class Block(nn.Module):
    """Pre-norm attention and a ReLU perceptron of four times the width: [B, T, width] -> same.

    Only the products are computed in `dtype`: on a CPU the attention of bfloat16 is slower than
    that of float32, several times so in the backward pass.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm_1, self.norm_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attend, self.project = Linear(width, 3 * width), Linear(width, width)
        self.expand, self.contract = Linear(width, 4 * width), Linear(4 * width, width)

    def forward(self, x: Tensor, dtype: torch.dtype) -> tuple[Tensor, Pair]:
        """Every token sees those before it: (x, (keys, values), each [B, T, heads, d])."""
        queries, keys, values = self._parts(x, dtype)
        mixed = F.scaled_dot_product_attention(
            queries.transpose(1, 2), keys.transpose(1, 2), values.transpose(1, 2), is_causal=True
        )
        return self._added(x, mixed.transpose(1, 2), dtype), (keys, values)

    def step(
        self, x: Tensor, place: Tensor, shared: Pair, own: Pair, dtype: torch.dtype
    ) -> tuple[Tensor, Pair]:
        """One token a row, x [B, width], after a text that all share and what its parent added.

        shared, own: keys and values [1, L, heads, d] of the text and [P, t, heads, d] of the
        parents. place: int64 [B], parent * CHILDREN + child. Returns x and the keys and values
        of the token [B, 1, heads, d]. Nothing is copied for each row: all rows meet the shared keys
        in one product, and the children of a parent meet its keys in another.
        """
        parts = self._parts(x[:, None], dtype)
        queries, keys, values = (part[:, 0] for part in parts)  # each [B, heads, d]
        queries = queries / queries.shape[-1] ** 0.5
        scores = [
            (queries.transpose(0, 1) @ shared[0][0].permute(1, 2, 0)).transpose(0, 1),
            _by_parent(queries, own[0].permute(0, 2, 3, 1), place),
            (queries * keys).sum(-1, keepdim=True),
        ]
        weights = torch.cat(scores, -1).softmax(-1)  # [B, heads, L + t + 1]
        common, added, alone = weights.split([score.shape[-1] for score in scores], -1)
        mixed = (common.transpose(0, 1) @ shared[1][0].transpose(0, 1)).transpose(0, 1)
        mixed = mixed + _by_parent(added, own[1].transpose(1, 2), place) + alone * values
        return self._added(x, mixed, dtype), parts[1:]

    def _parts(self, x: Tensor, dtype: torch.dtype) -> Pair:
        """Queries, keys and values of x [B, T, width], each [B, T, heads, d]."""
        parts = self.attend(self.norm_1(x), dtype).float()
        return parts.unflatten(-1, (3, self.heads, -1)).unbind(2)

    def _added(self, x: Tensor, mixed: Tensor, dtype: torch.dtype) -> Tensor:
        x = x + self.project(mixed.flatten(-2), dtype)
        return x + self.contract(self.expand(self.norm_2(x), dtype).relu_(), dtype)


def _by_parent(left: Tensor, right: Tensor, place: Tensor) -> Tensor:
    """left [B, heads, m] times the matrix of each row's parent, right [P, heads, m, n]."""
    parents, heads, inner, _ = right.shape
    grid = left.new_zeros(parents * CHILDREN, heads, inner).index_copy_(0, place, left)
    product = grid.view(parents, CHILDREN, heads, inner).transpose(1, 2) @ right
    return product.transpose(1, 2).flatten(0, 1).index_select(0, place)


class Transformer(Network):
    """A network whose products alone are in `dtype`."""

    def __init__(self, vocabulary: int, layers: int, width: int, heads: int, context: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)  # of the tokens, and of the predictions
        self.position = nn.Embedding(context, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Cache]:
        x = self.embedding(tokens) + self.position.weight[: tokens.shape[1]]
        cache = []
        for block in self.blocks:
            x, pair = block(x, self.dtype)
            cache.append(pair)
        return self._logits(x, slice(None)), cache

    def step(
        self, parents: Tensor, children: Tensor, shared: Cache, own: Cache, among: Tensor
    ) -> tuple[Tensor, Cache]:
        """See `Network`; `among` has at most `CHILDREN` tokens."""
        before = shared[0][0].shape[1] + own[0][0].shape[1]
        x = self.embedding(among[children]) + self.position.weight[before]
        place = parents * CHILDREN + children
        cache = []
        for block, text, added in zip(self.blocks, shared, own, strict=True):
            assert isinstance(block, Block)
            x, pair = block.step(x, place, text, added, self.dtype)
            cache.append(pair)
        return self._logits(x, among), cache

    def _logits(self, x: Tensor, among: Tensor | slice) -> Tensor:
        embedding = self.embedding.weight[among].to(self.dtype)
        return F.linear(self.norm(x).to(self.dtype), embedding).float()

    @torch.no_grad()
    def reset(self, rng: np.random.Generator) -> None:
        """Draw the initial weights of GPT-2 from a numpy generator.

        Normal, deviation 0.02; of the layers that write to the residual stream, divided by
        sqrt(2 layers).
        """
        for name, weight in self.named_parameters():
            if weight.ndim == 2:
                onto_residual = name.endswith(("project.weight", "contract.weight"))
                scale = (2 * len(self.blocks)) ** -0.5 if onto_residual else 1.0
                drawn = 0.02 * scale * rng.standard_normal(tuple(weight.shape))
                weight.copy_(torch.from_numpy(drawn))
