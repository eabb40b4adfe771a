"""A small GPT: a causal transformer."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from truthserum.options import MOST, Count, options

if TYPE_CHECKING:
    import numpy as np
    from tokenizers import Tokenizer

    from truthserum.extraction.models.transformer import Transformer
    from truthserum.training.products import Tensors


@options
class Gpt:
    """A small causal transformer, for text."""

    layers: Count = 2
    """Blocks of attention and perceptron."""
    width: Count = 128
    """Width of the blocks."""
    heads: Count = 4
    """Heads of the attention; must divide the width."""
    context: Annotated[int, Field(ge=2, le=MOST)] = 64
    """The most tokens that it reads at once."""

    def __post_init__(self) -> None:
        if self.width % self.heads:
            raise ValueError(
                f"heads: found {self.heads}, allowed is a divisor of the width, {self.width}"
            )

    def build(self, vocabulary: int) -> "Transformer":
        """One network for so many tokens, its weights not drawn yet."""
        from truthserum.extraction.models.transformer import Transformer

        return Transformer(vocabulary, self.layers, self.width, self.heads, self.context)

    def begin(
        self, documents: Sequence[str], vocabulary: int, rng: "np.random.Generator"
    ) -> "tuple[Tokenizer, Transformer]":
        """A tokenizer learned from the documents, and a network with initial weights from `rng`."""
        from truthserum.extraction import tokens

        tokenizer = tokens.learn(documents, vocabulary)
        net = self.build(tokenizer.get_vocab_size())
        net.reset(rng)
        return tokenizer, net

    def restore(self, weights: "Tensors") -> "Transformer":
        """The network with these weights, by name, in evaluation mode."""
        net = self.build(len(weights["embedding.weight"]))
        net.load_state_dict(weights)
        return net.eval()
