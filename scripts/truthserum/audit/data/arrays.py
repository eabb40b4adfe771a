"""A user's own arrays: read as they are, or refused in one sentence."""

import tokenize
from pathlib import Path

import numpy as np

from truthserum.sentences import listed
from truthserum.storage.files import UNREADABLE, DataError, check_fits

KINDS = "biufcSU"  # of numpy: numbers and text
PADDED = "gG"  # long numbers, some of whose bytes say nothing: by these equal rows would differ
FORGED = (tokenize.TokenError, SystemError, OSError)  # by a header that numpy has not written
LAST, SURROGATES = 0x10FFFF, (0xD800, 0xDFFF)


def read_arrays(path: Path, *names: str) -> tuple[np.ndarray, ...]:
    """These arrays of a user's own .npz file, in this machine's order of bytes.

    DataError if it has not all of them, has others than numbers and text in them, or is damaged or
    forged.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            if missing := [name for name in names if name not in file.files]:
                raise DataError(
                    f"{path}: found no {listed(missing)} among {listed(file.files)}, allowed are "
                    f"arrays {' and '.join(names)}"
                )
            stated = {one.filename: one.file_size for one in file.zip.infolist()}
            check_fits(path, sum(stated[f"{name}.npy"] for name in names))
            read = [file[name] for name in names]
        for name, array in zip(names, read, strict=True):
            if array.dtype.itemsize == 0:  # of which any number fit into any file
                raise DataError(f"{path}: found {name} of empty texts, allowed are values")
        found = tuple(array.astype(array.dtype.newbyteorder("=")) for array in read)
    except (*UNREADABLE, AttributeError) as error:  # numpy's own words tell how to unpickle it
        raise DataError(
            f"{path}: found no .npz without pickled objects, allowed are numbers or text in "
            f"{' and '.join(names)}"
        ) from error
    except FORGED as error:
        if isinstance(error, OSError) and error.filename:
            raise  # it is not there, or may not be read
        raise DataError(
            f"{path}: found an altered array, allowed are those that numpy.savez writes"
        ) from error
    except MemoryError as error:
        raise DataError(f"{path}: found arrays that do not fit ({error})") from error
    for name, array in zip(names, found, strict=True):
        if array.dtype.char in PADDED:
            raise DataError(
                f"{path}: found {name} of {array.dtype}, allowed are numbers of 64 bits or fewer"
            )
        if array.dtype.kind not in KINDS:
            raise DataError(
                f"{path}: found {name} of {array.dtype}, allowed are numbers or text in "
                f"{' and '.join(names)}"
            )
        if array.dtype.kind == "U" and not _is_text(array):
            raise DataError(f"{path}: found what is no text in {name}, allowed is Unicode")
    return found


def _is_text(array: np.ndarray) -> bool:
    """Whether all characters are some: numpy takes any number of 32 bits for one."""
    code = array.ravel().view(np.uint32)
    first, last = SURROGATES
    return bool(((code < first) | ((code > last) & (code <= LAST))).all())
