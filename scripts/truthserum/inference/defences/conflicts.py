"""No two labels for one record."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from truthserum.inference.defences.base import Filter
from truthserum.options import Share, options

if TYPE_CHECKING:
    import torch

    from truthserum.training.lockstep import Fit

CHUNK = 1024  # rows whose distances from all others are held at once


@options
class Conflicts(Filter):
    """Drop every row that has a near copy with another label in the same training set.

    A mislabelled copy goes, and so does the target that it lies on; where the target is absent its
    copies agree with each other, and stay. So the filter itself tells who was a member, even to an
    adversary without shadow models: it is no defence, and is here to show that. Flipped, shifted or
    cropped copies are not near ones.
    """

    radius: Share = 0.1
    """How near counts as a copy, as a share of the root mean square distance of two records (1: as
    far apart as two records drawn at random; 0.1: noise of a hundredth of the variance)."""

    def kept(self, fit: "Fit", advance: Callable[[int], None]) -> np.ndarray:
        from truthserum.training.batches import features

        pairs = conflicting(
            features(fit.batches), fit.batches.device.place(fit.labels), self.radius
        )
        present = np.zeros((len(fit.rows), len(fit.labels)), bool)
        np.put_along_axis(present, fit.rows, True, axis=1)
        bad = np.zeros_like(present)
        for own, dropped in zip(present, bad, strict=True):
            both = pairs[own[pairs].all(axis=1)]
            dropped[both] = True
        return ~np.take_along_axis(bad, fit.rows, axis=1)


def conflicting(x: "torch.Tensor", labels: "torch.Tensor", radius: float) -> np.ndarray:
    """Pairs of rows with different labels that lie within `radius`, int64 [P, 2], first < second.

    x: tensor float32 [N, F]; labels: tensor int64 [N]. radius: in units of the root mean square
    distance of two rows, which is sqrt(2 total variance).
    """
    x = x - x.mean(0)  # distances are the same, and lose fewer digits
    norms = x.square().sum(1)
    limit = radius**2 * 2 * norms.mean()
    found = []
    for start in range(0, len(x), CHUNK):
        part = slice(start, start + CHUNK)
        # Half of a squared distance, and only of rows that come later.
        half = (norms[part, None] + norms[start:]) / 2 - x[part] @ x[start:].T
        near = (half * 2 <= limit) & (labels[part, None] != labels[start:])
        found.append(start + near.triu().nonzero().cpu().numpy())
    return np.concatenate(found)
