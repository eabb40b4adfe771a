"""What the two ridge regressions share: an image is the mean image and a sum of known ones."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve


def solve(gram: np.ndarray, penalty: float, right: np.ndarray) -> np.ndarray:
    """(gram + penalty I)^-1 right, for a symmetric float64 gram [n, n] and right [n, p].

    ValueError where rounding leaves that matrix not positive definite: the penalty is too small.
    """
    shifted = gram.copy()
    shifted[np.diag_indices_from(shifted)] += penalty
    try:
        # The transpose is the same matrix in the order in which it can be overwritten.
        factor = cho_factor(shifted.T, lower=True, overwrite_a=True, check_finite=False)
    except np.linalg.LinAlgError as error:
        raise ValueError(
            f"penalties: found {penalty:.3g} next to a mean of {np.diag(gram).mean():.3g} on the "
            f"diagonal, allowed is enough for a Cholesky factor ({error})"
        ) from error
    return cho_solve(factor, right, check_finite=False)
