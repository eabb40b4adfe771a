"""What the adversary sees of a language model: how likely it finds each continuation of a text."""

import numpy as np
import torch

from truthserum.training.language import next_token_losses

CHUNK = 200  # nodes of the tree in one pass; the keys and values of more leave the CPU's cache
SLACK = 1e-2  # nats; the likelihood of a text differs by far less between passes of other sizes


def keep_freed_memory():
    """Make glibc reuse freed blocks of up to 32 MB, which it would else return to the system.

    It does so once it has seen a block of that size freed (mallopt(3), M_MMAP_THRESHOLD). The keys
    and values of a walk are made anew at each step, and without this the system's zeroing of their
    pages takes 40 % of the time.
    """
    torch.empty(31 * 2**20, dtype=torch.uint8)


@torch.inference_mode()
def digit_likelihoods(net, prefix, digit_tokens, digits, floor=-np.inf):
    """Log-likelihood of every number of D `digits` after a prefix, float64 [10^D] in nats.

    net(tokens int64 [B, T], cache) gives (logits [B, T, V], cache), where a cache is a pair of keys
    and values [B, ...] for each layer. prefix: int64 [L] tokens. digit_tokens: int64 [10], on which
    the softmax is restricted. Number n is spelled by its D decimals, leading zeros included.

    The tree of digits is walked with the keys and values of what came before, so that the 10^D
    numbers cost (10^D - 1) / 9 passes of one token. Numbers less likely than `floor` may be left at
    minus infinity: no continuation is likelier than its beginning, so that whole branches fall
    away, and the rank of a number above the floor stays exact.
    """
    device = next(net.parameters()).device
    tokens = torch.from_numpy(digit_tokens).to(device)
    found = torch.full((10**digits,), -torch.inf, dtype=torch.float64, device=device)

    def visit(level, last, cache, numbers, scores):
        logits, cache = net(last, cache)
        chances = logits[:, -1, tokens].double().log_softmax(-1)
        scores = scores[:, None] + chances
        numbers = 10 * numbers[:, None] + torch.arange(10, device=device)
        if level == digits:
            found[numbers] = scores
            return
        parents, digit = (~(scores < floor)).nonzero(as_tuple=True)
        for parent, child in zip(parents.split(CHUNK), digit.split(CHUNK), strict=True):
            visit(
                level + 1,
                tokens[child, None],
                [tuple(part.index_select(0, parent) for part in pair) for pair in cache],
                numbers[parent, child],
                scores[parent, child],
            )

    start = torch.zeros(1, dtype=torch.int64, device=device)
    visit(1, torch.from_numpy(prefix).to(device)[None], None, start, start.double())
    return found.cpu().numpy()


@torch.inference_mode()
def rivals(net, prefix, digit_tokens, secret):
    """As `digit_likelihoods`, but only of numbers as likely as `secret` int64 [D], or more.

    Enough for the secret's rank, and the faster the better it is.
    """
    device = next(net.parameters()).device
    text = np.concatenate([prefix, digit_tokens[secret[:-1]]])
    logits, _ = net(torch.from_numpy(text).to(device)[None], None)
    chances = logits[0][len(prefix) - 1 :, digit_tokens].double().log_softmax(-1)
    known = chances[np.arange(len(secret)), secret].sum().item()
    return digit_likelihoods(net, prefix, digit_tokens, len(secret), known - SLACK)


@torch.inference_mode()
def mean_loss(net, windows, size=64):
    """Mean cross-entropy in nats of every token but the first of windows int64 [H, T]."""
    device = next(net.parameters()).device
    parts = torch.from_numpy(windows).split(size)
    return float(torch.cat([next_token_losses(net, part.to(device)) for part in parts]).mean())
