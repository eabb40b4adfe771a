"""What a model answered, checked, and as confidences: of one model, on n records asked about."""

from collections.abc import Sequence

import numpy as np

from truthserum.data.files import DataError

SUM_TOLERANCE = 1e-3  # of probabilities that somebody rounded


def confidences(
    answer: np.ndarray, codes: np.ndarray, classes: Sequence[str], output: str, records: np.ndarray
) -> tuple[np.ndarray, np.ndarray | None]:
    """(confidence in the true class, or the signal, float64 [n]; whether the top class is right).

    codes: int [n]; records: rows of the user's file [n], for errors; output: see `Audit`. The
    second is None for a signal. DataError, naming the first record, for answers of a wrong shape,
    that are not finite, or no probabilities.
    """
    answer = np.asarray(answer)
    n, c = len(codes), len(classes)
    wide = output in ("probabilities", "logits")
    if wide and answer.ndim == 1 and c == 2:
        raise DataError(
            f"predict: found one number a record, allowed is a column for each of {c} classes"
        )
    shape = (n, c) if wide else (n,)
    if answer.shape != shape or answer.dtype.kind not in "fiub":
        raise DataError(
            f"predict: found {answer.dtype} {list(answer.shape)}, allowed are numbers {list(shape)}"
        )
    answer = answer.astype(float)
    _first(~np.isfinite(answer).reshape(n, -1).all(axis=1), records, "a value that is not finite")
    if output == "signal":
        return answer, None
    if output == "labels":
        right = answer == codes
        return right.astype(float), right
    if output == "probabilities":
        outside = (answer < 0) | (answer > 1)
        _first(np.any(outside, axis=1), records, "a probability outside of 0 to 1")
        off = np.abs(answer.sum(axis=1) - 1) > SUM_TOLERANCE
        _first(off, records, "probabilities that do not add up to 1")
    else:
        raised = np.exp(answer - answer.max(axis=1, keepdims=True))
        answer = raised / raised.sum(axis=1, keepdims=True)
    return answer[np.arange(n), codes], answer.argmax(axis=1) == codes


def _first(bad: np.ndarray, records: np.ndarray, what: str) -> None:
    if bad.any():
        raise DataError(
            f"predict: found {what} for record {records[bad.argmax()]} ({bad.sum()} in all), "
            "allowed are finite numbers, and probabilities that add up to 1"
        )
