"""The image sets of resources/image_sets.yaml: what an entry may say, and the set that it is."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field, Strict

from truthserum.data.packages import PACKAGES, Debian, Npm
from truthserum.data.published import PARTS, Published
from truthserum.options import Maybe, Several, checked, options
from truthserum.sentences import CLASS, MD5, OptionError, missing
from truthserum.storage.files import Copy

PATH = Path(__file__).resolve().parents[3] / "resources" / "image_sets.yaml"
FOLDER = "ImageFolder"

Some = Annotated[int, Field(ge=1)]
Md5 = Annotated[str, Field(pattern=MD5)]
Class = Annotated[str, Field(pattern=CLASS)]


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

    @property
    def meaning(self) -> dict[str, object]:
        """What of the entry decides what is decoded."""
        return vars(self)

    @property
    def origin(self) -> str:
        """Its own."""
        return self.name


@options
class Embedded:
    """What the part of a set that ships with the project holds."""

    train: Some
    """How many training images."""
    test: Some
    """How many test images."""
    md5: dict[str, Md5]
    """The MD5 of each of its files."""


@options
class Parts:
    """The datasets that make up a part, each by the options of its class."""

    train: Several[dict[str, Any]]
    """Of the training part."""
    test: Several[dict[str, Any]]
    """Of the test part."""


@options
class Entry:
    """What is said of every image set, beside its class."""

    shape: Annotated[tuple[Some, ...], Strict(False), Field(min_length=3, max_length=3)]
    """Channels, height and width of an image."""
    classes: Some
    """How many there are."""
    train: Some
    """How many training images."""
    test: Some
    """How many test images."""
    folder: str = ""
    """Where its files lie, if that is not the root itself."""

    @property
    def sides(self) -> tuple[int, int, int]:
        """The shape."""
        channels, height, width = self.shape
        return channels, height, width


@options
class PublishedEntry(Entry):
    """An image set that torchvision has, beside the name of its class."""

    files: Maybe[dict[str, Md5]] = None
    """The MD5 of each file as it lies in the folder. With them, a user's own copies are taken, too;
    without, the set is only downloaded, and torchvision alone verifies it."""
    archive: Maybe[dict[str, Md5]] = None
    """The same of the archive in the root that torchvision would unpack."""
    embedded: Maybe[Embedded] = None
    """What the part that ships with the project holds."""
    parts: Maybe[Parts] = None
    """The datasets that make up a part, where that is not the class with the option `train`."""
    origin: Maybe[str] = None
    """A name that sets with the same images share."""

    def called(self, name: str, kind: str) -> ImageSet:
        """The set of this name; kind: its class in torchvision."""
        own = self.embedded
        return ImageSet(
            kind=kind,
            shape=self.sides,
            classes=self.classes,
            parts=vars(self.parts) if self.parts else PARTS,
            name=name,
            full=Copy(self.train, self.test, self.files or {}, self.folder),
            archive=Copy(self.train, self.test, self.archive) if self.archive else None,
            embedded=Copy(own.train, own.test, own.md5, self.folder) if own else None,
            package=PACKAGES.get(kind),
            origin=self.origin or name,
        )


@options
class FolderEntry(Entry):
    """A user's own pictures, in folders named after their classes, which lie below `folder` in the
    config's `data: folder`, or below `train` and `test` in there.

    They are cropped and resized to the shape, of 1 or 3 channels; so many are used as `train` and
    `test` say.
    """

    md5: Maybe[Md5] = None
    """What all pictures are known by: the manifest of the prepared data has it. With it, none is
    opened that is altered."""

    def __post_init__(self) -> None:
        if self.shape[0] not in (1, 3):
            raise ValueError(f"shape: found {self.shape[0]} channels, allowed are 1 and 3")

    def called(self, name: str, kind: str) -> FolderSet:
        """The set of this name."""
        full = Copy(self.train, self.test, {})
        return FolderSet(name, self.sides, self.classes, full, self.folder, self.md5 or "")


def described(entries: Mapping[str, Any]) -> dict[str, ImageSet | FolderSet]:
    """The sets that these entries describe; OptionError for one that is wrong."""
    return {name: image_set(name, entry) for name, entry in entries.items()}


def image_set(name: str, entry: Any) -> ImageSet | FolderSet:
    """The set that an entry describes; OptionError if it is wrong."""
    where = f"{PATH.name}: {name}"
    rest = dict(checked(dict[str, Any], entry, where))
    if "class" not in rest:
        raise OptionError(f"{where}: {missing('class', rest)}")
    kind = checked(Class, rest.pop("class"), f"{where}.class")
    written: PublishedEntry | FolderEntry = checked(
        FolderEntry if kind == FOLDER else PublishedEntry, rest, where
    )
    return written.called(name, kind)
