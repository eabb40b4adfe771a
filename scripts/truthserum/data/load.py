"""Data sets by name and size."""

from dataclasses import replace
from functools import singledispatch
from pathlib import Path

from truthserum.data import text, vision
from truthserum.data.catalogue import SETS, TableSet
from truthserum.data.image_sets import FolderSet, ImageSet
from truthserum.data.images import Images
from truthserum.data.sources import Loaded, Sources, fetch
from truthserum.data.tabular import Table
from truthserum.data.text import Text
from truthserum.data.text_sets import TextSet
from truthserum.storage.files import DataError, scratch, unpack

DataSet = ImageSet | FolderSet | TableSet | TextSet


def load(name: str, train: int, test: int, sources: Sources) -> Loaded:
    """The first `train` training and `test` test images or rows of a set in `catalogue`.

    The part that ships with the project is used if it is enough, the full set otherwise: the images
    are the same either way. Raises ValueError for an unknown set or more than it has, and DataError
    if a file is altered or no source has the set.
    """
    if name not in SETS:
        raise ValueError(f"set: found {name!r}, allowed {', '.join(SETS)}")
    wanted = SETS[name]
    for key, count, most in (("train", train, wanted.full.train), ("test", test, wanted.full.test)):
        if not isinstance(count, int) or not 1 <= count <= most:
            raise ValueError(f"{key}: found {count!r}, allowed 1 to {most} {wanted.unit} of {name}")
    part = wanted.embedded
    shipped = part is not None and train <= part.train and test <= part.test
    loaded = load_embedded(wanted, sources.resources) if shipped else fetch(wanted, sources)
    return replace(loaded, data=loaded.data.first(train, test))


def load_embedded(wanted: DataSet, resources: Path) -> Loaded:
    """The part of a set that ships in `resources`; DataError naming a file that is altered."""
    folder, copy = resources / wanted.name, wanted.embedded
    if copy is None:
        raise DataError(f"{wanted.name}: found no part that ships, allowed are sets with one")
    with scratch() as root:
        unpack(folder, copy.md5, root / copy.folder)
        try:
            digests = copy.verify(root)
        except DataError as error:
            raise DataError(f"{folder}: {error}") from error
        return Loaded(decode(wanted, root), "embedded", digests)


@singledispatch
def decode(wanted: DataSet, root: Path) -> Images | Table | Text:
    """The images, rows or documents of a set whose files, verified, lie in a folder."""
    raise TypeError(f"set: found {type(wanted).__name__}, allowed are sets that ship")


@decode.register
def _(wanted: TableSet, root: Path) -> Table:
    return wanted.decode({name: (root / name).read_bytes() for name in wanted.full.md5})


@decode.register
def _(wanted: TextSet, root: Path) -> Text:
    (name,) = wanted.full.md5
    return text.cut(root / name, wanted.starts, wanted.full.train, wanted.full.test)


@decode.register
def _(wanted: ImageSet, root: Path) -> Images:
    assert wanted.embedded is not None
    return vision.images(wanted.embedded, wanted, root)
