"""What the adversary sees of a model: the logit-scaled confidence of a label, or the top label."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import torch

from truthserum.models.layers import normalisations

if TYPE_CHECKING:
    from truthserum.models.layers import Stack
    from truthserum.training.batches import Batches

QUERIES = {"identity": lambda x: x, "mirror": lambda x: x.flip(-1)}


def logit_confidence(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """log p_y - log(sum of p_j, j != y) in float64 (arXiv 2112.03570; its score.py).

    logits [..., classes], labels [...] -> [...]. Computed as z_y - logsumexp of the other logits,
    which is exact where p_y rounds to one.
    """
    logits = logits.double()
    at = labels[..., None]
    others = logits.scatter(-1, at, -torch.inf).logsumexp(-1)
    return logits.gather(-1, at)[..., 0] - others


def modes(net: torch.nn.Module) -> tuple[str, ...]:
    """The BatchNorm modes to observe: batch (official release), running (its fix, PR 484)."""
    return ("batch", "running") if normalisations(net) else ("none",)


@torch.inference_mode()
def ask(
    net: "Stack",
    batches: "Batches",
    labels: np.ndarray,
    queries: Sequence[str],
    mode: str,
    size: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Ask a stack of K models about P images, in their order, in batches of at most `size`.

    Returns signals float64 [K, P, Q], the logit-scaled confidence of `labels` int64 [P] for each of
    the Q names in `queries`, and answers int64 [K, P], the class given to the first query.
    Order and size matter in mode "batch", where an image is normalised by its batch; the official
    scoring uses 5,000 (mi_lira_2021/inference.py). Batches differ by one image at most, so that
    there is no small rest whose statistics say little.
    """
    for layer in normalisations(net):
        layer.statistics = mode
    signals = np.empty((net.models, len(labels), len(queries)))
    answers = np.empty((net.models, len(labels)), np.int64)
    targets = batches.device.place(labels)
    batch_count = -(-len(labels) // size)
    for start, stop in pairwise(np.linspace(0, len(labels), batch_count + 1, dtype=int)):
        part = slice(start, stop)
        x = batches.plain(part)
        expected = targets[part].expand(net.models, -1)
        for q, query in enumerate(queries):
            logits = net(QUERIES[query](x).expand(net.models, *x.shape[1:]))
            signals[:, part, q] = logit_confidence(logits, expected).cpu().numpy()
            if q == 0:
                answers[:, part] = logits.argmax(-1).cpu().numpy()
    return signals, answers
