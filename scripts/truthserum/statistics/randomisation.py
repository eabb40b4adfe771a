"""Is there any leak at all? The randomisation test of a game whose coins we threw ourselves."""

import numpy as np

BLOCK = 1_000_000  # signs held at a time


def coin_test(gains: np.ndarray, rng: np.random.Generator, draws: int = 999) -> float:
    """One-sided p-value of the sum of gains, if each might as well have had the other sign.

    gains: float64 [C], by how much the side that a coin favoured is ahead. With the coins thrown
    anew `draws` times, p = (1 + those with as large a sum) / (1 + draws), which is exact: no
    distribution is assumed (Phipson and Smyth, Statistical Applications in Genetics and Molecular
    Biology 9, 2010). ValueError without draws.
    """
    if draws < 1:
        raise ValueError(f"draws: found {draws}, allowed at least 1")
    gains = np.asarray(gains, float).ravel()
    # Sums in another order differ in the last digits: an equal one must count.
    observed = gains.sum() - 1e-9 * np.abs(gains).sum()
    reached, step = 0, max(1, BLOCK // max(1, gains.size))
    for start in range(0, draws, step):
        signs = rng.integers(0, 2, (min(step, draws - start), gains.size), np.int8) * 2.0 - 1
        reached += int((signs @ gains >= observed).sum())
    return (1 + reached) / (1 + draws)
