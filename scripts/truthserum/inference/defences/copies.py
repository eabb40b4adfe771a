"""One of each row."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from truthserum.data.equal import contents
from truthserum.inference.defences.base import Filter
from truthserum.options import options

if TYPE_CHECKING:
    from truthserum.training.lockstep import Fit


@options
class Copies(Filter):
    """Keep one, the first, of rows that are equal in features and label.

    r copies of a poison then count once. What is equal is decided on the features as the network
    sees them; a copy with a changed pixel is another row.
    """

    def kept(self, fit: "Fit", advance: Callable[[int], None]) -> np.ndarray:
        from truthserum.training.batches import features

        seen = features(fit.batches).cpu().numpy()
        alike = contents(np.column_stack([seen, fit.labels.astype(np.float32)]))
        kept = np.zeros(fit.rows.shape, bool)
        for own, keep in zip(alike[fit.rows], kept, strict=True):
            keep[np.unique(own, return_index=True)[1]] = True
        return kept
