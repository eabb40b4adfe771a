"""A causal language model that others have trained, by way of the library transformers (optional).

Weights are read from safetensors only, never from a pickle.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from truthserum.options import Maybe, options

if TYPE_CHECKING:
    import numpy as np
    from tokenizers import Tokenizer

    from truthserum.extraction.models.wrapped import Wrapped
    from truthserum.training.products import Tensors


@options
class Pretrained:
    """A causal language model of the library transformers, from a folder or the hub.

    The methods raise ValueError where transformers is not installed.
    """

    name: str
    """A folder, or a name on the hub such as openai-community/gpt2."""
    revision: Maybe[str] = "main"
    """A commit, tag or branch of the hub."""

    @property
    def context(self) -> int:
        """How many tokens the model takes at once."""
        return self._config().max_position_embeddings

    def begin(
        self, documents: Sequence[str], vocabulary: int | None, rng: "np.random.Generator"
    ) -> "tuple[Tokenizer, Wrapped]":
        """The tokenizer and the network that belong together; nothing is learned or drawn.

        ValueError for a `vocabulary` other than null.
        """
        if vocabulary is not None:
            raise ValueError(
                f"vocabulary: found {vocabulary}, allowed is null: {self.name} has its own"
            )
        import torch

        from truthserum.extraction.models.wrapped import Wrapped, library

        found = library()
        tokenizer = found.AutoTokenizer.from_pretrained(self.name, revision=self.revision)
        network = found.AutoModelForCausalLM.from_pretrained(
            self.name, revision=self.revision, use_safetensors=True, dtype=torch.float32
        )
        return tokenizer.backend_tokenizer, Wrapped(network)

    def restore(self, weights: "Tensors") -> "Wrapped":
        """The network with these weights, by name, in evaluation mode."""
        from truthserum.extraction.models.wrapped import Wrapped, library

        net = Wrapped(library().AutoModelForCausalLM.from_config(self._config()))
        for name, parameter in net.named_parameters():
            parameter.data.copy_(weights[name])
        return net.eval()

    def _config(self) -> Any:
        from truthserum.extraction.models.wrapped import library

        return library().AutoConfig.from_pretrained(self.name, revision=self.revision)
