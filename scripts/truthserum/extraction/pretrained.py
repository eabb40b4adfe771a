"""A causal language model that others have trained, by way of the library transformers (optional).

From a folder or the Hugging Face hub, for example openai-community/gpt2. Weights are read from
safetensors only, never from a pickle.
"""

from dataclasses import dataclass

import torch
from torch import nn

PIN = "5.23.0"


def library():
    """The module transformers; ValueError saying what to install if there is none."""
    try:
        import transformers
    except ImportError as error:
        raise ValueError(
            f"model pretrained needs transformers: run `pip install transformers=={PIN}`"
        ) from error
    return transformers


class Wrapped(nn.Module):
    """A causal model of transformers, called as `gpt.Transformer` is and with the same cache."""

    dtype = torch.float32

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, tokens):
        return self._after(library().DynamicCache(), tokens)

    def step(self, parents, children, shared, own, among):
        """As `gpt.Transformer.step`, with a copy of all keys and values for each row."""
        past = library().DynamicCache()
        for layer, pairs in enumerate(zip(shared, own, strict=True)):
            whole = (
                torch.cat([text.expand(len(parents), -1, -1, -1), added[parents]], 1)
                for text, added in zip(*pairs, strict=True)
            )
            past.update(*(part.transpose(1, 2) for part in whole), layer)
        logits, cache = self._after(past, among[children, None])
        return logits[:, -1, among], [tuple(part[:, -1:] for part in pair) for pair in cache]

    def _after(self, past, tokens):
        """Logits and the cache of `past` and of the tokens [B, T] that follow it."""
        reduced = self.dtype != torch.float32
        with torch.autocast(tokens.device.type, self.dtype, enabled=reduced):
            found = self.network(input_ids=tokens, past_key_values=past, use_cache=True)
        cache = [
            (layer.keys.transpose(1, 2), layer.values.transpose(1, 2))
            for layer in found.past_key_values.layers
        ]
        return found.logits.float(), cache


@dataclass(frozen=True)
class Pretrained:
    """The model `name`: a folder, or a name on the hub at `revision`.

    ValueError where transformers is not installed.
    """

    name: str
    revision: str = "main"

    def __post_init__(self):
        library()

    @property
    def context(self):
        """How many tokens the model takes at once."""
        return self._config().max_position_embeddings

    def begin(self, articles, vocabulary, rng):
        """The tokenizer and the network that belong together; nothing is learned or drawn.

        ValueError for a `vocabulary` other than null.
        """
        if vocabulary is not None:
            raise ValueError(
                f"vocabulary: found {vocabulary}, allowed is null: {self.name} has its own"
            )
        found = library()
        tokenizer = found.AutoTokenizer.from_pretrained(self.name, revision=self.revision)
        network = found.AutoModelForCausalLM.from_pretrained(
            self.name, revision=self.revision, use_safetensors=True, dtype=torch.float32
        )
        return tokenizer.backend_tokenizer, Wrapped(network)

    def build(self, vocabulary=None):
        """One network without its weights; the number of tokens is that of the model."""
        return Wrapped(library().AutoModelForCausalLM.from_config(self._config()))

    @torch.no_grad()
    def restore(self, weights):
        """The network with these weights, by name, in evaluation mode."""
        net = self.build()
        for name, parameter in net.named_parameters():
            parameter.copy_(weights[name])
        return net.eval()

    def _config(self):
        return library().AutoConfig.from_pretrained(self.name, revision=self.revision)
