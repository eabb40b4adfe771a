"""The data sets that are known by name: their files, where these can be had, and the proof.

A file is believed for the MD5 of its bytes. The image sets are in resources/image_sets.yaml.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from truthserum.data import adult, text, written
from truthserum.data.files import Content, Copy
from truthserum.data.image_sets import PATH, described
from truthserum.data.tabular import Column, Table
from truthserum.data.text import Text


@dataclass(frozen=True)
class Shipped:
    """A set that ships with the project as a whole, and the function that decodes its files."""

    meaning: ClassVar[dict[str, object]] = {}  # all is in the function

    name: str
    full: Copy
    decode: Callable[[Content], Table | Text]

    @property
    def embedded(self) -> Copy:
        """The whole set."""
        return self.full

    @property
    def module(self) -> str:
        """The module that decodes it."""
        return self.decode.__module__


@dataclass(frozen=True)
class TableSet(Shipped):
    """A published table with these columns."""

    unit: ClassVar[str] = "rows"

    columns: tuple[Column, ...]
    classes: int


@dataclass(frozen=True)
class TextSet(Shipped):
    """A published text."""

    unit: ClassVar[str] = "articles"
    columns: ClassVar[tuple] = ()


IMAGE_SETS = described(written.section(PATH))

ADULT = TableSet(
    name="adult",
    full=Copy(
        train=32_561,
        test=16_281,
        # Measured on the files that ship; other projects print the same two of the publisher's.
        md5={
            adult.TRAIN: "5d7c39d7b8804f071cdd1f2a7c460872",
            adult.TEST: "35238206dfdf7f1fe215bbb874adecdc",
        },
    ),
    decode=adult.adult,
    columns=adult.COLUMNS,
    classes=len(adult.CLASSES),
)

TABLE_SETS = {known.name: known for known in (ADULT,)}

ENWIKI = TextSet(
    name="enwiki",
    # Measured on the file that ships.
    full=Copy(train=72, test=18, md5={text.ENWIKI: "7ae6f8258851db8204b91184e0875862"}),
    decode=text.enwiki,
)

TEXT_SETS = {known.name: known for known in (ENWIKI,)}

LABELLED_SETS = IMAGE_SETS | TABLE_SETS

SETS = LABELLED_SETS | TEXT_SETS
