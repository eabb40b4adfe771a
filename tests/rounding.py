"""How far apart the same numbers may end, computed by other kernels or in another order."""

import torch

# How much a sum loses to cancellation, relative to its result: gradients as they are, and divided
# by their own size as Adam does, where the smallest are mostly rounding.
SUMS, RATIOS = 64, 256


def rounding(steps=1, condition=SUMS, dtype=torch.float32):
    """Absolute, for weights and scores of size 1: each step adds a rounding of what it sums."""
    return condition * steps * torch.finfo(dtype).eps
