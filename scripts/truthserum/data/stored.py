"""A data set from a file, images or a table."""

import zipfile
from pathlib import Path

import numpy as np

from truthserum.data.files import DataError
from truthserum.data.images import Images
from truthserum.data.tabular import Table


def read(path: Path) -> Images | Table:
    """What `Images.save` or `Table.save` wrote; DataError naming the file if it is neither."""
    try:
        with np.load(path, allow_pickle=False) as file:
            kind = Table if "levels" in file else Images
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise DataError(f"{path} is not a complete data file: {error}") from error
    return kind.load(path)
