"""A user's own arrays: read as they are, or refused in one sentence."""

import tokenize
from pathlib import Path

import numpy as np

from truthserum.data.arrays import read_own_npz
from truthserum.data.files import DataError

# What else is raised for a file that numpy has not written. It is told here, not in `data.arrays`:
# to change that would be other code to all that was trained.
FORGED = (tokenize.TokenError, AttributeError, SystemError, OSError)
LAST, SURROGATES = 0x10FFFF, (0xD800, 0xDFFF)


def read_arrays(path: Path, *names: str) -> tuple[np.ndarray, ...]:
    """As `read_own_npz`; DataError for forged headers and for what is no text, too."""
    try:
        found = read_own_npz(path, *names)
    except FORGED as error:
        if isinstance(error, OSError) and error.filename:
            raise  # it is not there, or may not be read
        raise DataError(
            f"{path}: found an altered array, allowed are those that numpy.savez writes"
        ) from error
    except MemoryError as error:
        raise DataError(f"{path}: found arrays that do not fit ({error})") from error
    for name, array in zip(names, found, strict=True):
        if array.dtype.kind == "U" and not _is_text(array):
            raise DataError(f"{path}: found what is no text in {name}, allowed is Unicode")
    return found


def _is_text(array: np.ndarray) -> bool:
    """Whether all characters are some: numpy takes any number of 32 bits for one."""
    code = array.ravel().view(np.uint32)
    first, last = SURROGATES
    return bool(((code < first) | ((code > last) & (code <= LAST))).all())
