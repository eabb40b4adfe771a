"""Bins of a histogram."""

import numpy as np


def bin_edges(values: np.ndarray, bins: int) -> np.ndarray:
    """Edges [bins + 1] of so many equal bins from the least of some values to the largest.

    Values that differ by rounding alone, or not at all, are all in the middle: between them there
    are fewer numbers than edges.
    """
    low, high = float(np.min(values)), float(np.max(values))
    finest = 2 * bins * float(np.spacing(max(abs(low), abs(high))))
    if high - low < finest:
        around = max(0.5, finest)
        low, high = low - around, high + around
    return np.histogram_bin_edges(values, bins, (low, high))
