"""Arrays by name in a file, never unpickled."""

import zipfile
from pathlib import Path

import numpy as np

from truthserum.data.files import DataError, replacing


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """The arrays of an .npz file by name; DataError if it is not a whole one."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return dict(file)
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise DataError(
            f"{path} is cut short or altered ({error}); delete it and run again"
        ) from error


def write_npz(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays, whole or not at all."""
    with replacing(path) as part, part.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
