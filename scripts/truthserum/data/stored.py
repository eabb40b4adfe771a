"""A data set from a file: images, a table, a text, or the corpus in a base model's file."""

import zipfile
from pathlib import Path

import numpy as np

from truthserum.data.corpus import Corpus
from truthserum.data.files import DataError
from truthserum.data.images import Images
from truthserum.data.tabular import Table
from truthserum.data.text import Text

# A field that only files of this kind have.
MARKS = {"levels": Table, "train_bytes": Text}


def read(path: Path) -> Corpus | Images | Table | Text:
    """What the `save` of one of these wrote; DataError naming the file if it is none of them."""
    if path.suffix == ".safetensors":
        return Corpus.load(path)
    try:
        with np.load(path, allow_pickle=False) as file:
            kind = next((kind for mark, kind in MARKS.items() if mark in file), Images)
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise DataError(f"{path} is not a complete data file: {error}") from error
    return kind.load(path)
