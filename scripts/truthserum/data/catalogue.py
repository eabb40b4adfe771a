"""The data sets that are known by name: their files, where these can be had, and the proof.

A file is believed for the MD5 of its bytes. The image sets are in resources/image_sets.yaml.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

from truthserum.data import adult, text, written
from truthserum.data.files import Content, Copy
from truthserum.data.packages import PACKAGES, Debian, Npm
from truthserum.data.published import PARTS, Published
from truthserum.data.tabular import Column, Table
from truthserum.data.text import Text

PATH = Path(__file__).resolve().parents[3] / "resources" / "image_sets.yaml"


@dataclass(frozen=True)
class ImageSet(Published):
    """A published image set.

    full, embedded   what the whole set holds, and what the part that ships with the project holds
    archive          the publisher's archive of all files, if there is one
    package          a package that contains the set
    origin           sets of the same origin share images
    """

    unit: ClassVar[str] = "images"
    columns: ClassVar[tuple] = ()
    module: ClassVar[str] = "truthserum.data.vision"  # that decodes it

    name: str
    full: Copy
    archive: Copy | None = None
    package: Npm | Debian | None = None
    embedded: Copy | None = None
    origin: str = ""

    @property
    def meaning(self) -> dict[str, object]:
        """What of the entry decides what is decoded."""
        return {field.name: getattr(self, field.name) for field in fields(Published)}

    @property
    def most(self) -> int:
        """Bytes that no file of the set has: many times those of all images, for one that holds
        several sets, or labels of many numbers.
        """
        return 2**26 + 16 * (self.full.train + self.full.test) * math.prod(self.shape)

    @property
    def copies(self) -> list[Copy]:
        """The forms that a whole set may have, each of which is known by the MD5s of its files."""
        packaged = self.package and self.package.copy
        return [copy for copy in (self.full, self.archive, packaged) if copy and copy.md5]


@dataclass(frozen=True)
class FolderSet:
    """A user's own pictures, below the folder that the user names for data (see `pictures`).

    shape    channels, 1 or 3, height and width that the pictures are cropped and resized to
    full     how many pictures of each part are used
    md5      what the pictures are known by, "" if by nothing

    Raises ValueError for other numbers of channels.
    """

    unit: ClassVar[str] = "images"
    columns: ClassVar[tuple] = ()
    module: ClassVar[str] = "truthserum.data.pictures"
    embedded: ClassVar[None] = None

    name: str
    shape: tuple[int, int, int]
    classes: int
    full: Copy
    folder: str
    md5: str = ""

    def __post_init__(self) -> None:
        if self.shape[0] not in (1, 3):
            raise ValueError(f"shape: found {self.shape[0]} channels, allowed are 1 and 3")

    @property
    def meaning(self) -> dict[str, object]:
        """What of the entry decides what is decoded."""
        return vars(self)

    @property
    def origin(self) -> str:
        """Its own."""
        return self.name


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


def image_set(
    name: str,
    train: int,
    test: int,
    folder: str = "",
    files: dict[str, str] | None = None,
    archive: dict[str, str] | None = None,
    embedded: dict | None = None,
    parts: dict | None = None,
    origin: str | None = None,
    **described: Any,
) -> ImageSet:
    """The set that an entry of image_sets.yaml describes; TypeError for a key that none has."""
    kind, shape = described.pop("class"), tuple(described.pop("shape"))
    return ImageSet(
        kind=kind,
        shape=shape,
        parts=parts or PARTS,
        name=name,
        full=Copy(train, test, files or {}, folder),
        archive=Copy(train, test, archive) if archive else None,
        embedded=Copy(**embedded, folder=folder) if embedded else None,
        package=PACKAGES.get(kind),
        origin=origin or name,
        **described,
    )


def folder_set(
    name: str, shape: list[int], train: int, test: int, folder: str = "", **described: Any
) -> FolderSet:
    """The same of a set of the class ImageFolder."""
    described.pop("class")
    if len(shape) != 3:
        raise ValueError(f"shape: found {shape}, allowed are channels, height and width")
    channels, height, width = shape
    sides = (channels, height, width)
    return FolderSet(name, sides, full=Copy(train, test, {}), folder=folder, **described)


def described(entries: dict[str, dict]) -> dict[str, ImageSet | FolderSet]:
    """The sets that image_sets.yaml describes; ValueError naming an entry that is wrong."""
    sets = {}
    for name, entry in entries.items():
        make = folder_set if entry.get("class") == "ImageFolder" else image_set
        try:
            sets[name] = make(name, **entry)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{PATH.name}: {name}: {error}") from error
    return sets


IMAGE_SETS = described(written.read(PATH))

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
