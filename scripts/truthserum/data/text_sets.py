"""The texts of resources/text_sets.yaml: what an entry may say, and the set that it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field

from truthserum.options import Count, checked, options
from truthserum.sentences import FILE, MD5, shown
from truthserum.storage.files import Copy

PATH = Path(__file__).resolve().parents[3] / "resources" / "text_sets.yaml"


@dataclass(frozen=True)
class TextSet:
    """A text that ships with the project in one file.

    full      how many documents its parts hold, and the file
    starts    finds the lines that start a document
    """

    unit: ClassVar[str] = "documents"
    columns: ClassVar[tuple] = ()
    module: ClassVar[str] = "truthserum.data.text"  # that decodes it

    name: str
    full: Copy
    starts: re.Pattern[str]

    @property
    def embedded(self) -> Copy:
        """The whole set."""
        return self.full

    @property
    def meaning(self) -> dict[str, object]:
        """What of the entry decides what is decoded: the file, too, which its owner may edit."""
        return {"full": self.full, "starts": self.starts.pattern}


@options
class TextEntry:
    """A text: a file in UTF-8, as it is or compressed, in a folder of the set's name in
    `resources/`."""

    file: Annotated[str, Field(pattern=FILE)]
    """Its name, without `.xz` or `.gz`."""
    md5: Annotated[str, Field(pattern=MD5)]
    """Its MD5, before compression."""
    heading: str
    """A regular expression of Python: a line that begins with what it finds starts a document. What
    stands before the first of them belongs to the first document."""
    train: Count
    """How many documents, the first ones, are the training part."""
    test: Count
    """How many documents, all others, are the test part."""

    def __post_init__(self) -> None:
        try:
            self.starts()
        except (re.error, RecursionError, OverflowError) as error:
            raise ValueError(
                f"heading: found {shown(self.heading)}, allowed is a regular expression ({error})"
            ) from error

    def starts(self) -> re.Pattern[str]:
        """What finds the lines that start a document."""
        return re.compile(f"^(?:{self.heading})", re.MULTILINE)


def described(entries: Mapping[str, Any]) -> dict[str, TextSet]:
    """The sets that these entries describe; OptionError for one that is wrong."""
    made = {}
    for name, entry in entries.items():
        written = checked(TextEntry, entry, f"{PATH.name}: {name}")
        copy = Copy(written.train, written.test, {written.file: written.md5})
        made[name] = TextSet(name, copy, written.starts())
    return made
