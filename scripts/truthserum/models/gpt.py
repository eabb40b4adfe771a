"""A small GPT: a causal transformer, one model at a time (bench/language.py says why no stack)."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from truthserum.data import tokens


class Linear(nn.Module):
    """[..., inputs] -> [..., outputs] in the type `dtype` of the product."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x, dtype):
        return F.linear(x.to(dtype), self.weight.to(dtype), self.bias.to(dtype))


class Block(nn.Module):
    """Pre-norm attention and a ReLU perceptron of four times the width: [B, T, width] -> same.

    Only the products are computed in `dtype`: on a CPU the attention of bfloat16 is slower than
    that of float32, several times so in the backward pass.
    """

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm_1, self.norm_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attend, self.project = Linear(width, 3 * width), Linear(width, width)
        self.expand, self.contract = Linear(width, 4 * width), Linear(4 * width, width)

    def forward(self, x, past, dtype):
        parts = self.attend(self.norm_1(x), dtype).float().unflatten(-1, (3, self.heads, -1))
        queries, keys, values = parts.permute(2, 0, 3, 1, 4)  # each [B, heads, T, d]
        if past is not None:
            keys, values = torch.cat([past[0], keys], 2), torch.cat([past[1], values], 2)
        mask = None
        if past is not None and queries.shape[2] > 1:
            before = keys.shape[2] - queries.shape[2]
            mask = torch.ones(queries.shape[2], keys.shape[2], device=x.device).bool().tril(before)
        mixed = F.scaled_dot_product_attention(
            queries, keys, values, attn_mask=mask, is_causal=past is None
        )
        x = x + self.project(mixed.transpose(1, 2).flatten(2), dtype)
        x = x + self.contract(self.expand(self.norm_2(x), dtype).relu(), dtype)
        return x, (keys, values)


class Transformer(nn.Module):
    """net(tokens int64 [B, T], cache=None) -> (logits float32 [B, T, vocabulary], cache).

    The cache is a list over layers of (keys, values), each float32 [B, heads, T, d]; given back, it
    stands for the tokens before these. A caller may repeat or gather it along the first axis.
    `dtype` is the type of the matrix products. Parameters are kept in float32.
    """

    dtype = torch.float32

    def __init__(self, vocabulary, layers, width, heads, context):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)  # of the tokens, and of the predictions
        self.position = nn.Embedding(context, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens, cache=None):
        before = cache[0][0].shape[2] if cache else 0
        x = self.embedding(tokens) + self.position.weight[before : before + tokens.shape[1]]
        kept = []
        for block, past in zip(self.blocks, cache or [None] * len(self.blocks), strict=True):
            x, pair = block(x, past, self.dtype)
            kept.append(pair)
        embedding = self.embedding.weight.to(self.dtype)
        return F.linear(self.norm(x).to(self.dtype), embedding).float(), kept

    @torch.no_grad()
    def reset(self, rng):
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


@dataclass(frozen=True)
class Gpt:
    """`layers` blocks of `width` units, with `heads` attention heads and up to `context` tokens.

    Raises ValueError for an option below 1, or a width that the heads do not divide.
    """

    layers: int = 2
    width: int = 128
    heads: int = 4
    context: int = 64

    def __post_init__(self):
        for key in ("layers", "width", "heads", "context"):
            if not getattr(self, key) >= 1:
                raise ValueError(f"gpt: {key} is {getattr(self, key)}, allowed is 1 or more")
        if self.width % self.heads:
            raise ValueError(
                f"gpt: width is {self.width}, allowed are multiples of the {self.heads} heads"
            )

    def build(self, vocabulary):
        """One network for so many tokens, its weights not drawn yet."""
        return Transformer(vocabulary, self.layers, self.width, self.heads, self.context)

    def begin(self, articles, vocabulary, rng):
        """A tokenizer learned from the articles, and a network with initial weights from `rng`."""
        tokenizer = tokens.learn(articles, vocabulary)
        net = self.build(tokenizer.get_vocab_size())
        net.reset(rng)
        return tokenizer, net

    def restore(self, weights):
        """The network with these weights, by name, in evaluation mode."""
        net = self.build(len(weights["embedding.weight"]))
        net.load_state_dict(weights)
        return net.eval()


def load(architecture, tensors):
    """One network, in evaluation mode, from tensors with a leading axis of length 1 (a shard's)."""
    return architecture.restore({name: value[0] for name, value in tensors.items()})
