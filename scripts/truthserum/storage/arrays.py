"""Arrays by name in a file, never unpickled."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from truthserum.storage.files import UNREADABLE, DataError
from truthserum.storage.manifests import signing, verified


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


def write_npz(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays, whole or not at all."""
    with signing(path) as part, part.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
