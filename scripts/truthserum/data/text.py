"""The one in-memory form of a text, and how a file is cut into documents."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from truthserum.storage.arrays import arrays_in
from truthserum.storage.files import DataError
from truthserum.storage.manifests import signing


@dataclass(frozen=True)
class Text:
    """Documents in the order of the file: `train` and `test`, tuples of strings.

    Raises ValueError for a document that is empty.
    """

    train: tuple[str, ...]
    test: tuple[str, ...]

    def __post_init__(self) -> None:
        for part in ("train", "test"):
            documents = tuple(getattr(self, part))
            object.__setattr__(self, part, documents)
            if not all(documents):
                raise ValueError(
                    f"{part}: found document {documents.index('')} empty, allowed is any text"
                )

    def first(self, train: int, test: int) -> "Text":
        """The first training and test documents; ValueError if there are fewer."""
        for part, wanted, held in (("train", train, self.train), ("test", test, self.test)):
            if not 0 <= wanted <= len(held):
                raise ValueError(f"{part}: found {wanted}, allowed 0 to {len(held)}")
        return Text(self.train[:train], self.test[:test])

    def save(self, path: Path) -> None:
        """Write an .npz, whole or not at all."""
        arrays = _packed("train", self.train) | _packed("test", self.test)
        with signing(path) as part, part.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, path: Path) -> "Text":
        """Read what `save` wrote; DataError naming the file if it is something else."""
        with arrays_in(path, "text") as file:
            return cls(_unpacked("train", file), _unpacked("test", file))


def _packed(part: str, documents: Sequence[str]) -> dict[str, np.ndarray]:
    """All documents as one array of bytes (UTF-8), and where each of them ends."""
    encoded = [document.encode() for document in documents]
    ends = np.cumsum([len(document) for document in encoded], dtype=np.int64)
    return {f"{part}_bytes": np.frombuffer(b"".join(encoded), np.uint8), f"{part}_ends": ends}


def _unpacked(part: str, arrays: dict[str, np.ndarray]) -> tuple[str, ...]:
    """The documents that `_packed` packed."""
    whole, ends = arrays[f"{part}_bytes"].tobytes(), arrays[f"{part}_ends"]
    starts = np.concatenate([[0], ends])[:-1]
    return tuple(whole[start:end].decode() for start, end in zip(starts, ends, strict=True))


def cut(path: Path, heading: re.Pattern[str], train: int, test: int) -> Text:
    """The documents of a file, of which the first `train` are the training part.

    heading: what it finds starts a document; what stands before the first belongs to it, too.
    DataError if the file is not UTF-8 or holds other than `train` + `test` documents.
    """
    try:
        whole = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is not UTF-8: {error}") from error
    starts = [found.start() for found in heading.finditer(whole)]
    if len(starts) != train + test:
        raise DataError(
            f"{path.name}: found {len(starts)} headings, allowed are {train + test}: one for each "
            "training and test document"
        )
    documents = [whole[start:end] for start, end in pairwise([0, *starts[1:], len(whole)])]
    return Text(tuple(documents[:train]), tuple(documents[train:]))
