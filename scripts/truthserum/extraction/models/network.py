"""What a canary is planted in: a causal language model, ours or another library's."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from truthserum.training.products import Tensors

Pair = tuple[Tensor, ...]  # the keys and the values of a layer, each [B, T, heads, d]
Cache = Sequence[Pair]  # over layers


class Network(nn.Module, ABC):
    """net(tokens int64 [B, T]) -> (logits float32 [B, T, vocabulary], cache).

    A cache is a list over layers of (keys, values), each float32 [B, T, heads, d], and `step` goes
    on from it. `dtype` is the type of the matrix products. Parameters are kept in float32.
    """

    dtype = torch.float32

    @abstractmethod
    def step(
        self, parents: Tensor, children: Tensor, shared: Cache, own: Cache, among: Tensor
    ) -> tuple[Tensor, Cache]:
        """One token more for each of B rows: (logits [B, A], cache with T = 1 of the token).

        The row follows `parents` int64 [B] with the token among[children], children int64 [B].
        shared: the cache of one text, which all parents begin with. own: that of what each parent
        has added to it, T = 0 or more. among: int64 [A <= 10], the tokens that may follow, and
        whose logits are asked for.
        """


class Architecture(Protocol):
    """Options of a language model, such as the plug-ins of this package."""

    @property
    def context(self) -> int:
        """How many tokens the model takes at once."""

    def begin(
        self, documents: Sequence[str], vocabulary: int, rng: np.random.Generator
    ) -> tuple[Tokenizer, Network]:
        """A tokenizer and a network with initial weights."""

    def restore(self, weights: Tensors) -> Network:
        """The network with these weights, by name, in evaluation mode."""


def load(architecture: Architecture, tensors: Tensors) -> Network:
    """One network, in evaluation mode, from tensors with a leading axis of length 1 (a shard's)."""
    return architecture.restore({name: value[0] for name, value in tensors.items()})
