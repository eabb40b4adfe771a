"""The data sets that are known by name: their files, where these can be had, and the proof.

A file is believed for the MD5 of its bytes. The image sets are in resources/image_sets.yaml, the
texts in resources/text_sets.yaml.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from truthserum.data import adult, image_sets, text_sets
from truthserum.data.tabular import Column, Table
from truthserum.storage import written
from truthserum.storage.files import Content, Copy


@dataclass(frozen=True)
class TableSet:
    """A published table, which ships with the project, and the function that decodes its files."""

    unit: ClassVar[str] = "rows"
    meaning: ClassVar[dict[str, object]] = {}  # all is in the function

    name: str
    full: Copy
    decode: Callable[[Content], Table]
    columns: tuple[Column, ...]
    classes: int

    @property
    def embedded(self) -> Copy:
        """The whole set."""
        return self.full

    @property
    def module(self) -> str:
        """The module that decodes it."""
        return self.decode.__module__


IMAGE_SETS = image_sets.described(written.section(image_sets.PATH))

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

TEXT_SETS = text_sets.described(written.section(text_sets.PATH))

LABELLED_SETS = IMAGE_SETS | TABLE_SETS

SETS = LABELLED_SETS | TEXT_SETS
