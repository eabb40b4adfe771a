"""A data set from a file: images, a table, a text, or the corpus in a base model's file."""

from pathlib import Path

from truthserum.data.corpus import Corpus
from truthserum.data.images import Images
from truthserum.data.tabular import Table
from truthserum.data.text import Text
from truthserum.storage.arrays import arrays_in
from truthserum.storage.files import DataError

# A field that only files of this kind have.
MARKS: dict[str, type[Table] | type[Text]] = {"levels": Table, "train_bytes": Text}


def read(path: Path) -> Corpus | Images | Table | Text:
    """What the `save` of one of these wrote; DataError naming the file if it is none of them."""
    if path.suffix == ".safetensors":
        return Corpus.load(path)
    with arrays_in(path, "data") as file:
        marked = (kind for mark, kind in MARKS.items() if mark in file)
        kind: type[Images | Table | Text] = next(marked, Images)
    return kind.load(path)


def labelled(path: Path) -> Images | Table:
    """As `read`, of records with labels; DataError naming a file of text."""
    data = read(path)
    if not isinstance(data, Images | Table):
        raise DataError(f"{path}: found a text, allowed are images or a table")
    return data
