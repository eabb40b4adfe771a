"""What the modules of this folder share: one check, two logarithms and where accounting ends."""

import numpy as np

# The delta below which the accountant of sampled descent errs: it drops a mass of 1e-15 and takes
# it for certain loss, so that epsilon is too large from 1e-13 on, and infinite from 1e-15 on.
LEAST_DELTA = 1e-12


def require(holds: bool, key: str, found: object, allowed: str) -> None:
    """ValueError naming `key`, what was found and what is allowed, unless `holds`."""
    if not holds:
        raise ValueError(f"{key}: found {found}, allowed {allowed}")


def log(values: np.ndarray | float) -> np.ndarray:
    """Natural logarithm, silently -inf at 0."""
    with np.errstate(divide="ignore"):
        return np.log(values)


def log_probability(log_kappa: np.ndarray | float) -> np.ndarray:
    """The argument as an array; ValueError unless every entry is the logarithm of 0 to 1."""
    log_kappa = np.asarray(log_kappa, float)
    require(
        bool((log_kappa <= 0).all()), "log_kappa", np.max(log_kappa, initial=-np.inf), "at most 0"
    )
    return log_kappa
