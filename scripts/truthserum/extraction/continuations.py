"""What the adversary sees of a language model: how likely it finds each continuation of a text."""

import numpy as np
import torch

from truthserum.extraction.language import next_token_losses
from truthserum.extraction.models.network import Cache, Network

CHUNK = 1000  # nodes of the tree in one pass; with fewer, the calls cost more than the products
SLACK = 1e-2  # nats; the likelihood of a text differs by far less between passes of other sizes


@torch.inference_mode()
def digit_likelihoods(
    net: Network, prefix: np.ndarray, digit_tokens: np.ndarray, digits: int, floor: float = -np.inf
) -> np.ndarray:
    """Log-likelihood of every number of D `digits` after a prefix, float64 [10^D] in nats.

    net: called and stepped as any `Network` is. prefix: int64 [L] tokens. digit_tokens: int64
    [10], on which the softmax is restricted. Number n is spelled by its D decimals, leading zeros
    included.

    The tree of digits is walked with the keys and values of what came before, those of the prefix
    shared by all nodes, so that the 10^D numbers cost (10^D - 1) / 9 passes of one token. Numbers
    less likely than `floor` may be left at minus infinity: no continuation is likelier than its
    beginning, so that whole branches fall away, and the rank of a number above the floor stays
    exact.
    """
    device = next(net.parameters()).device
    tokens = torch.from_numpy(digit_tokens).to(device)
    found = torch.full((10**digits,), -torch.inf, dtype=torch.float64, device=device)

    def visit(
        level: int, logits: torch.Tensor, own: Cache, numbers: torch.Tensor, scores: torch.Tensor
    ) -> None:
        scores = scores[:, None] + logits.double().log_softmax(-1)
        numbers = 10 * numbers[:, None] + torch.arange(10, device=device)
        if level == digits:
            found[numbers] = scores
            return
        parents, children = (~(scores < floor)).nonzero(as_tuple=True)
        if not len(parents):
            return
        for parent, child in zip(parents.split(CHUNK), children.split(CHUNK), strict=True):
            first, last = parent[0], parent[-1] + 1  # they are in order
            near = [tuple(part[first:last] for part in pair) for pair in own]
            logits, new = net.step(parent - first, child, shared, near, tokens)
            deeper = extended(own, parent, new) if level + 1 < digits else own
            visit(level + 1, logits, deeper, numbers[parent, child], scores[parent, child])

    logits, shared = net(torch.from_numpy(prefix).to(device)[None])
    nothing = [tuple(part[:, :0] for part in pair) for pair in shared]
    start = torch.zeros(1, dtype=torch.int64, device=device)
    visit(1, logits[:, -1, tokens], nothing, start, start.double())
    return found.cpu().numpy()


def extended(own: Cache, rows: torch.Tensor, new: Cache) -> Cache:
    """The cache of these rows of `own`, and of the token that `new` adds to each."""
    return [
        tuple(torch.cat([part[rows], added], 1) for part, added in zip(*pairs, strict=True))
        for pairs in zip(own, new, strict=True)
    ]


@torch.inference_mode()
def rivals(
    net: Network, prefix: np.ndarray, digit_tokens: np.ndarray, secret: np.ndarray
) -> np.ndarray:
    """As `digit_likelihoods`, but only of numbers as likely as `secret` int64 [D], or more.

    Enough for the secret's rank, and the faster the better it is.
    """
    device = next(net.parameters()).device
    text = np.concatenate([prefix, digit_tokens[secret[:-1]]])
    logits, _ = net(torch.from_numpy(text).to(device)[None])
    chances = logits[0][len(prefix) - 1 :, digit_tokens].double().log_softmax(-1)
    known = chances[np.arange(len(secret)), secret].sum().item()
    return digit_likelihoods(net, prefix, digit_tokens, len(secret), known - SLACK)


@torch.inference_mode()
def mean_loss(net: Network, windows: np.ndarray, size: int = 64) -> float:
    """Mean cross-entropy in nats of every token but the first of windows int64 [H, T]."""
    device = next(net.parameters()).device
    parts = torch.from_numpy(windows).split(size)
    return float(torch.cat([next_token_losses(net, part.to(device)) for part in parts]).mean())
