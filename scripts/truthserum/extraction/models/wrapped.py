"""A model of the library transformers, called as ours are."""

from typing import Any

import torch
from torch import Tensor, nn

from truthserum.extraction.models.network import Cache, Network

PIN = "5.23.0"


def library() -> Any:
    """The module transformers; ValueError saying what to install if there is none."""
    try:
        import transformers
    except ImportError as error:
        raise ValueError(
            f"model pretrained needs transformers: run `pip install transformers=={PIN}`"
        ) from error
    return transformers


class Wrapped(Network):
    """A causal model of transformers, called and with a cache as any `Network`.

    Without dropout: it is drawn from a stream of torch's own, so that a model would depend on those
    that the same process trained before.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        for layer in network.modules():
            if isinstance(layer, nn.Dropout):
                layer.p = 0.0

    def forward(self, tokens: Tensor) -> tuple[Tensor, Cache]:
        return self._after(library().DynamicCache(), tokens)

    def step(
        self, parents: Tensor, children: Tensor, shared: Cache, own: Cache, among: Tensor
    ) -> tuple[Tensor, Cache]:
        """See `Network`, with a copy of all keys and values for each row."""
        past = library().DynamicCache()
        for layer, pairs in enumerate(zip(shared, own, strict=True)):
            whole = (
                torch.cat([text.expand(len(parents), -1, -1, -1), added[parents]], 1)
                for text, added in zip(*pairs, strict=True)
            )
            past.update(*(part.transpose(1, 2) for part in whole), layer)
        logits, cache = self._after(past, among[children, None])
        return logits[:, -1, among], [tuple(part[:, -1:] for part in pair) for pair in cache]

    def _after(self, past: Any, tokens: Tensor) -> tuple[Tensor, Cache]:
        """Logits and the cache of `past` and of the tokens [B, T] that follow it."""
        reduced = self.dtype != torch.float32
        with torch.autocast(tokens.device.type, self.dtype, enabled=reduced):
            found = self.network(input_ids=tokens, past_key_values=past, use_cache=True)
        cache = [
            (layer.keys.transpose(1, 2), layer.values.transpose(1, 2))
            for layer in found.past_key_values.layers
        ]
        return found.logits.float(), cache
