"""Extraction of a secret number: candidates in the order of their likelihood."""

import numpy as np

# By how much of the references' log-likelihood that of the victim is corrected.
WEIGHTS = {"plain": 0.0, "half": 0.5, "full": 1.0}


def number(digits: np.ndarray) -> np.ndarray:
    """The numbers int64 [...] that decimals [..., D] spell, the first digit first."""
    return digits @ 10 ** np.arange(digits.shape[-1])[::-1]


def attacks(references: int) -> list[tuple[str, int]]:
    """Every attack by name, with how many of so many reference models it uses: (name, number)."""
    numbers = range(1, references + 1)
    return [(name, n) for name, weight in WEIGHTS.items() for n in (numbers if weight else [0])]


def scores(attack: str, victim: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Scores [N] of candidates: log-likelihood under the victim, less what is likely anyway.

    victim: [N]; references: [R, N], log-likelihoods under models trained without the secrets. Their
    mean counts as much as `WEIGHTS` says: 1 gives the log-likelihood ratio, 0 the victim alone, and
    0.5, which is our choice, is less noisy where there are one or two references.
    """
    weight = WEIGHTS[attack]
    return victim - weight * references.mean(axis=0) if weight else victim
