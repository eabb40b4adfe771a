"""Arrays by name in a file, never unpickled."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from truthserum.data.files import UNREADABLE, DataError, check_fits
from truthserum.data.manifests import signing, verified
from truthserum.sentences import listed

KINDS = "biufcSU"  # of numpy: numbers and text


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """The arrays of an .npz file by name; DataError if it is not a whole one."""
    try:
        with np.load(verified(path), allow_pickle=False) as file:
            return dict(file)
    except UNREADABLE as error:
        raise DataError(
            f"{path} is cut short or altered ({error}); delete it and run again"
        ) from error


@contextmanager
def arrays_in(path: Path, what: str) -> Iterator[Any]:
    """The arrays of a file, each read when asked for; DataError if it is no whole one of `what`."""
    try:
        with np.load(verified(path), allow_pickle=False) as file:
            yield file
    except UNREADABLE as error:
        raise DataError(f"{path} is not a complete {what} file: {error}") from error


def under(arrays: Mapping[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    """The arrays called name.key, by key."""
    return {
        key.removeprefix(f"{name}."): array
        for key, array in arrays.items()
        if key.startswith(f"{name}.")
    }


def read_own_npz(path: Path, *names: str) -> tuple[np.ndarray, ...]:
    """These arrays of a user's own .npz file, in this machine's order of bytes.

    DataError if it has not all of them, or has others than numbers and text in them.
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
            found = {name: file[name] for name in names}
    except (*UNREADABLE, AttributeError) as error:  # numpy's own words tell how to unpickle it
        raise DataError(
            f"{path}: found no .npz without pickled objects, allowed are numbers or text in "
            f"{' and '.join(names)}"
        ) from error
    except MemoryError as error:
        raise DataError(f"{path}: found arrays that do not fit ({error})") from error
    for name, array in found.items():
        if array.dtype.kind not in KINDS:
            raise DataError(
                f"{path}: found {name} of {array.dtype}, allowed are numbers or text in "
                f"{' and '.join(names)}"
            )
    return tuple(array.astype(array.dtype.newbyteorder("=")) for array in found.values())


def write_npz(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays, whole or not at all."""
    with signing(path) as part, part.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
