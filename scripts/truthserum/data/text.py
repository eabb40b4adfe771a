"""The one in-memory form of a text, and the articles of Wikipedia that ship with the project.

The file of `enwiki` holds plain text of articles of the English Wikipedia, each after a line
`= Title =`; sections start with two or more such signs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from truthserum.data.arrays import arrays_in
from truthserum.data.files import Content, DataError
from truthserum.data.manifests import signing

ENWIKI = "enwiki_sample_90articles.txt"
TRAINING_ARTICLES = 72  # of 90: four fifths, the rest is the test part
HEADING = re.compile(r"^(?== [^=\n]+ =\n)", re.MULTILINE)


@dataclass(frozen=True)
class Text:
    """Articles in the publisher's order: `train` and `test`, tuples of strings.

    Raises ValueError for an article that is empty.
    """

    train: tuple[str, ...]
    test: tuple[str, ...]

    def __post_init__(self) -> None:
        for part in ("train", "test"):
            articles = tuple(getattr(self, part))
            object.__setattr__(self, part, articles)
            if not all(articles):
                raise ValueError(
                    f"{part}: found article {articles.index('')} empty, allowed is any text"
                )

    def first(self, train: int, test: int) -> "Text":
        """The first training and test articles; ValueError if there are fewer."""
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


def _packed(part: str, articles: Sequence[str]) -> dict[str, np.ndarray]:
    """All articles as one array of bytes (UTF-8), and where each of them ends."""
    encoded = [article.encode() for article in articles]
    ends = np.cumsum([len(article) for article in encoded], dtype=np.int64)
    return {f"{part}_bytes": np.frombuffer(b"".join(encoded), np.uint8), f"{part}_ends": ends}


def _unpacked(part: str, arrays: dict[str, np.ndarray]) -> tuple[str, ...]:
    """The articles that `_packed` packed."""
    whole, ends = arrays[f"{part}_bytes"].tobytes(), arrays[f"{part}_ends"]
    starts = np.concatenate([[0], ends])[:-1]
    return tuple(whole[start:end].decode() for start, end in zip(starts, ends, strict=True))


def enwiki(content: Content) -> Text:
    """The articles of the file; DataError if it is not UTF-8."""
    try:
        whole = content[ENWIKI].decode()
    except UnicodeDecodeError as error:
        raise DataError(f"{ENWIKI} is not UTF-8: {error}") from error
    articles = [article for article in HEADING.split(whole) if article]
    return Text(tuple(articles[:TRAINING_ARTICLES]), tuple(articles[TRAINING_ARTICLES:]))
