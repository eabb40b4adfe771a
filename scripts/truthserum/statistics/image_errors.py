"""How good a reconstructed image is, by itself and next to the nearest image that was known.

The oracle, to which others say that arXiv 2201.04845 compares its attack, returns of a pool of
known images the one that is nearest to the true target, which no adversary without the target can
do. The pool is our choice.
"""

import numpy as np

CHUNK = 512


def pixel_errors(found: np.ndarray, truth: np.ndarray) -> dict[str, np.ndarray]:
    """Errors float64 [T] of images [T, p] with pixels in [0, 1]: mse, mae and mae_plus_mse.

    The sum is the loss of the paper's notebook. ValueError unless both have one shape.
    """
    if found.shape != truth.shape:
        raise ValueError(f"found: shape is {found.shape}, allowed is that of truth, {truth.shape}")
    gap = np.abs(found - truth)
    mse = np.square(gap).mean(axis=1, dtype=np.float64)
    mae = gap.mean(axis=1, dtype=np.float64)
    return {"mae_plus_mse": mae + mse, "mse": mse, "mae": mae}


def nearest(pool: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Which image of the pool [N, p] has the least squared error to each target [T, p]: int64 [T].

    ValueError for an empty pool.
    """
    if not len(pool):
        raise ValueError("pool: found no image, allowed is at least one")
    size = np.einsum("ij,ij->i", pool, pool)
    parts = [
        (size - 2 * targets[start : start + CHUNK] @ pool.T).argmin(axis=1)
        for start in range(0, len(targets), CHUNK)
    ]
    return np.concatenate(parts)


def cross_errors(found: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Mean squared error between every reconstruction [R, p] and every target [T, p], [R, T].

    In float64, and never below 0, as a difference of products could be.
    """
    found, truth = found.astype(np.float64), truth.astype(np.float64)
    squares = [np.einsum("ij,ij->i", each, each) for each in (found, truth)]
    gaps = squares[0][:, None] + squares[1] - 2 * found @ truth.T
    return np.maximum(gaps, 0) / found.shape[1]
