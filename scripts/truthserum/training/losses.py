"""What classifiers are trained to make small."""

import torch
import torch.nn.functional as F


def mean_losses(logits: torch.Tensor, expected: torch.Tensor) -> torch.Tensor:
    """The mean cross-entropy of each model: logits [K, B, classes], classes [K, B] -> [K]."""
    losses = F.cross_entropy(logits.flatten(0, 1), expected.flatten(), reduction="none")  # [K B]
    return losses.view(len(logits), -1).mean(1)
