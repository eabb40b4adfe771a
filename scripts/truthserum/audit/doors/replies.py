"""What a model answered, checked, and as confidences: of one model, on n records asked about."""

from collections.abc import Sequence

import numpy as np

from truthserum.storage.files import DataError

SUM_TOLERANCE = 2**-8  # of probabilities that add up to 1, in bfloat16, which has 8 bits
ROUNDED = (2, 3, 4, 5)  # decimals that somebody may have left of them,
MOST_ROUNDED = 0.1  # by which many classes together are no more off than this
ROUNDING = 1e-6  # beyond 0 and 1, and just below 1, of float32
LARGEST = 1e100  # of which squares are numbers, too
BATCHES = 1e-5  # of the largest answer: float32 rounds otherwise in another batch
NOISE = 0.5  # of how far records are apart: by so much two answers on one may be


def confidences(
    answer: np.ndarray,
    codes: np.ndarray,
    classes: Sequence[str],
    output: str,
    records: np.ndarray,
    where: str,
) -> tuple[np.ndarray, np.ndarray | None]:
    """(confidence in the true class, or the signal, float64 [n]; whether the top class is right).

    codes: int [n]; output: see `Audit`. records: rows of the user's file [n], and where: what the
    answers are from, for errors. The second is None for a signal. DataError, naming the first
    record, for answers of a wrong shape, that are not finite, or no probabilities.
    """
    answer = np.asarray(answer)
    n, c = len(codes), len(classes)
    wide = output in ("probabilities", "logits")
    if wide and answer.ndim == 1 and c == 2:
        raise DataError(
            f"{where}: found one number a record, allowed is a column for each of {c} classes"
        )
    shape = (n, c) if wide else (n,)
    if answer.shape != shape or answer.dtype.kind not in "fiub":
        raise DataError(
            f"{where}: found {answer.dtype} {list(answer.shape)}, allowed are numbers {list(shape)}"
        )
    answer = answer.astype(float)
    check_finite(answer, records, where)
    if output == "signal":
        return answer, None
    if output == "labels":
        names = ", ".join(classes)
        _first(~np.isin(answer, range(c)), records, f"{where}: found another class", names)
        right = answer == codes
        return right.astype(float), right
    if output == "probabilities":
        allowed = "probabilities that add up to 1 (the softmax of logits)"
        outside = np.any((answer < -ROUNDING) | (answer > 1 + ROUNDING), axis=1)
        _first(outside, records, f"{where}: found a probability outside of 0 to 1", allowed)
        off = np.abs(answer.sum(axis=1) - 1) > _tolerance(answer)
        _first(off, records, f"{where}: found probabilities that do not add up to 1", allowed)
        answer = np.clip(answer, 0, 1)
    else:
        raised = np.exp(answer - answer.max(axis=1, keepdims=True))
        answer = raised / raised.sum(axis=1, keepdims=True)
    return _of_true_class(answer, codes), answer.argmax(axis=1) == codes


def _of_true_class(answer: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Of probabilities [n, classes]; near 1 by what the others leave, which says it more finely.

    In float32, that of a network, there are no probabilities between 1 - 6e-8 and 1, but many small
    ones.
    """
    true = np.arange(answer.shape[1]) == codes[:, None]
    confidence = answer[true]
    left = 1 - np.where(true, 0, answer).sum(axis=1)
    return np.where(confidence > 1 - ROUNDING, left, confidence)


def _tolerance(answer: np.ndarray) -> float:
    """How far from 1 probabilities [n, classes] may add up: each may be rounded by half a digit."""
    for decimals in ROUNDED:
        if np.allclose(answer, answer.round(decimals), rtol=0, atol=ROUNDING / 10):
            half = 0.5 * 10.0**-decimals
            return SUM_TOLERANCE + min(answer.shape[1] * half, MOST_ROUNDED)
    return SUM_TOLERANCE


def check_repeats(first: np.ndarray, again: np.ndarray, where: str) -> None:
    """DataError where the same records [n] are answered as differently again as others are.

    No leak would show of rows in another order, as of a loader that shuffles or a sorted table.
    """
    same, others = np.abs(first - again), np.abs(first[:, None] - again)
    if same.mean() > max(NOISE * others.mean(), BATCHES * np.abs(first).max()):
        raise DataError(
            f"{where}: found other answers on {len(first)} records that were asked about twice, "
            "allowed are rows in the order of those asked about, and noise by which records are "
            "still told apart"
        )


def check_finite(values: np.ndarray, records: np.ndarray, where: str) -> None:
    """DataError, naming the first record, for answers [n] or [n, …] that are no numbers."""
    bad = ~(np.abs(values.astype(float)) <= LARGEST).reshape(len(values), -1).all(axis=1)
    found = f"{where}: found a value that is not finite, or beyond {LARGEST:g},"
    _first(bad, records, found, "finite numbers")


def _first(bad: np.ndarray, records: np.ndarray, found: str, allowed: str) -> None:
    if bad.any():
        record = records[bad.argmax()]
        raise DataError(f"{found} for record {record} ({bad.sum()} in all), allowed are {allowed}")
