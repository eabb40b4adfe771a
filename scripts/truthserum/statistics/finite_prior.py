"""Guessing a private record that is one of a few known candidates.

The adversary's prior is uniform over C records, and only the right one counts: the weakest task
under the bounds on reconstruction (arXiv 2201.04845; run so in arXiv 2302.07225 with C = 8).
"""

import numpy as np

TINY = 1e-12  # of a deviation, where all models agree


def matched_filter(
    weights: np.ndarray, reference: np.ndarray, candidates: np.ndarray, spread: np.ndarray
) -> np.ndarray:
    """How well each candidate explains what was released: scores float64 [R, C], higher is better.

    weights: [R, d], what is seen of R released models. reference: [N, d], the same of models that
    were trained without noise. candidates: int64 [R, C], which of these holds each candidate.
    spread: [d], deviations of the noise. A caller who estimates them over shadow models, which also
    differ in their own record, makes them too large. The score is minus the squared distance of the
    released model to the candidate's, in deviations: the log-likelihood under independent Gaussian
    noise, up to what all candidates share. Coordinates without spread are left out.

    ValueError if shapes do not fit or nothing spreads.
    """
    if weights.shape[1:] != reference.shape[1:] or weights.shape[1:] != spread.shape:
        raise ValueError(
            f"reference: found shape {reference.shape} and spread {spread.shape} for weights "
            f"{weights.shape}, allowed is one length of the last axis"
        )
    kept = spread > 0
    if not kept.any():
        raise ValueError("spread: found 0 everywhere, allowed is a deviation above 0 somewhere")
    seen, known = weights[:, kept] / spread[kept], reference[:, kept] / spread[kept]
    distances = [
        np.square(seen - known[column]).sum(axis=1, dtype=np.float64) for column in candidates.T
    ]
    return -np.stack(distances, axis=1)


def surprise(confidence: np.ndarray, others: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """How much surer a released model is of each candidate than models without it: [R, C].

    confidence: [R, N], the confidence of R released models in the labels of N records. others:
    [S, N], the same of models that hold none of these, at least two. candidates: int64 [R, C],
    records. In deviations of the others; for an adversary who neither knows the initial weights nor
    sees any, as LiRA with models OUT alone (arXiv 2112.03570).
    """
    if len(others) < 2:
        raise ValueError(f"others: found {len(others)}, allowed are two models or more")
    scores = (confidence - others.mean(axis=0)) / np.maximum(others.std(axis=0), TINY)
    return np.take_along_axis(scores, candidates, axis=1)


def right(scores: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Whether the true candidate alone has the highest score: bool [R].

    scores: [R, C]; truth: int64 [R], its column. A tie is a failure. ValueError for a score that is
    not a number.
    """
    if np.isnan(scores).any():
        raise ValueError("scores: found undefined values, allowed none")
    true = np.take_along_axis(scores, truth[:, None], axis=1)
    return (scores >= true).sum(axis=1) == 1
