"""A language model trained on windows of tokens: from scratch, or on from a trained one."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer
from torch import nn

from truthserum.data.corpus import Corpus
from truthserum.extraction.models.network import Network
from truthserum.extraction.recipe import Recipe
from truthserum.extraction.tokens import pack
from truthserum.storage.files import DataError
from truthserum.storage.manifests import signing, verified
from truthserum.training.batches import Order
from truthserum.training.device import Device
from truthserum.training.lockstep import decaying, descend
from truthserum.training.midway import NOT_KEPT, Midway, NotKept
from truthserum.training.products import Tensors, save_tensors

MODEL = "model."  # before the names of the weights in the file of a base model


def train(
    net: Network,
    windows: np.ndarray,
    recipe: Recipe,
    order: np.random.Generator,
    device: Device,
    model: int | str,
    advance: Callable[[int], None],
    midway: Midway | NotKept = NOT_KEPT,
) -> Network:
    """Train `net` on windows int64 [n, T], in place, and return it in evaluation mode.

    order: the numpy generator that shuffles the windows. model: the index that Diverged names.
    advance: called with the number of windows after each step. midway: from where it goes on.

    Raises Diverged with the model's index and the step.
    """
    net.to(device.name).train()
    net.dtype = device.dtype
    text = device.place(windows)  # [n, T]
    groups, steps = decaying(net, recipe.weight_decay, axes=0), recipe.steps(len(windows))
    optimiser = torch.optim.AdamW(groups, lr=recipe.lr, weight_decay=0.0, fused=True)
    done = midway.restore(net, optimiser)
    batches = Order(np.arange(len(windows))[None], [order], recipe.batch)

    def gradients() -> Iterator[torch.Tensor]:
        for rows in islice(batches, done, None):  # [1, B]
            loss = next_token_losses(net, text[device.place(rows[0])]).mean()  # of [B, T - 1]
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), recipe.clip)
            yield loss.detach()[None]

    rates = [recipe.rate(step, steps) for step in range(steps)]
    descend(
        optimiser,
        rates,
        gradients(),
        [model],
        advance=partial(advance, recipe.batch),
        keep=partial(midway.keep, net, optimiser),
        done=done,
    )
    return net.eval()


def next_token_losses(net: Network, windows: torch.Tensor) -> torch.Tensor:
    """-log p of each token after the first, given those before it: [B, T] -> [B, T - 1]."""
    logits, _ = net(windows[:, :-1])
    expected = windows[:, 1:]
    return F.cross_entropy(logits.flatten(0, 1), expected.flatten(), reduction="none").view(
        expected.shape
    )


def weights(net: nn.Module) -> Tensors:
    """The parameters of a network by name, on the CPU; of those that layers share, one."""
    return {name: value.detach().cpu() for name, value in net.named_parameters()}


def save_base(path: Path, net: Network, tokenizer: Tokenizer, corpus: Corpus) -> None:
    """Write a base model, whole or not at all: weights, tokenizer and the text it has not seen."""
    tensors = {f"{MODEL}{name}": value.contiguous() for name, value in weights(net).items()}
    arrays = {"tokenizer": pack(tokenizer), **corpus.arrays()}
    tensors |= {name: torch.from_numpy(np.array(value)) for name, value in arrays.items()}
    with signing(path) as part:
        save_tensors(part, tensors)


def load_base(path: Path) -> Tensors:
    """The weights of a base model by name; DataError naming the file if it is not one."""
    try:
        with safe_open(verified(path), "pt") as file:
            names = [name for name in file.keys() if name.startswith(MODEL)]  # noqa: SIM118
            found = {name.removeprefix(MODEL): file.get_tensor(name) for name in names}
    except SafetensorError as error:
        raise DataError(f"{path} is not a complete base model: {error}") from error
    if not found:
        raise DataError(f"{path} is not a complete base model: it holds no weights")
    return found
