"""How far reconstructed records are from the truth, whatever reconstructed them."""

import numpy as np

# Features are in [0, 1]: within half a grey level of 255, rounding finds the right one.
RECOVERED = 0.5 / 255


def nearest_label(y: np.ndarray) -> np.ndarray:
    """The label [...] nearest to each target [..., K]: a rounded 0 or 1, or the largest column."""
    return y.argmax(axis=-1) if y.shape[-1] > 1 else (y[..., 0] > 0.5).astype(int)


def errors(
    found_x: np.ndarray, found_y: np.ndarray, x: np.ndarray, y: np.ndarray, mean: np.ndarray
) -> dict[str, np.ndarray]:
    """Errors of T reconstructions: arrays [T] residual, max_error, mse, label_correct, recovered.

    found_x, x: features [T, p], found and true. found_y, y: targets [T, K]. mean: what the attacked
    model expects for the true x, [T, K]; residual is the norm of y - mean. max_error and mse are
    over features. What is not finite is a failure: infinitely far, with the wrong label.
    """
    finite = np.isfinite(found_x).all(axis=1) & np.isfinite(found_y).all(axis=1)
    with np.errstate(over="ignore", invalid="ignore"):
        gap = np.where(finite[:, None], np.abs(found_x - x), np.inf)
        mse = (gap**2).mean(axis=1)
    return {
        "residual": np.linalg.norm(y - mean, axis=1),
        "max_error": gap.max(axis=1),
        "mse": mse,
        "label_correct": finite & (nearest_label(found_y) == nearest_label(y)),
        "recovered": gap.max(axis=1) < RECOVERED,
    }
