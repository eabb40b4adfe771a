"""Bytes in and out: packed files, what proves them, and writing that cannot leave half a file."""

import gzip
import hashlib
import io
import lzma
import os
import platform
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from glob import escape
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

Content = Mapping[str, bytes]
"""The files of a data set, by the name that their publisher gave them."""

OPEN: dict[str, Callable[..., Any]] = {"": open, ".gz": gzip.open, ".xz": lzma.open}
BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError)
"""What the standard library raises for bytes that are cut short or altered."""

LARGEST = 3 << 30
"""Bytes that no published file has once it is unpacked: the archive of STL10 has 2.6 GB."""

UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, KeyError, IndexError, TypeError, ValueError),
    *(NotImplementedError, RuntimeError, OverflowError),
)
"""What is raised for a file of arrays that is altered, or is another one."""


class DataError(Exception):
    """The data is missing or is not what it should be; the message names the file or source."""


@dataclass(frozen=True)
class Copy:
    """What a copy of a set holds: how many images, rows or articles, in which files, which MD5s.

    MD5, because that is what publishers print: it guards against accidents, not forgers.
    folder   where a reader expects the files, below its root
    """

    train: int
    test: int
    md5: Mapping[str, str]
    folder: str = ""

    def verify(self, root: Path) -> dict[str, str]:
        """The MD5s of exactly the files of this copy; DataError naming one that is altered."""
        found = {name: md5(root / self.folder / name) for name in self.md5}
        for name, allowed in self.md5.items():
            if allowed != found[name]:
                raise DataError(f"{name} has MD5 {found[name]}, allowed {allowed}")
        return found


def md5(path: Path) -> str:
    """The MD5 of a file; DataError naming it if there is none."""
    if not path.is_file():
        raise DataError(f"there is no {path.name}")
    with path.open("rb") as file:
        return hashlib.file_digest(file, partial(hashlib.md5, usedforsecurity=False)).hexdigest()


def packed(folder: Path, name: str) -> list[tuple[Path, str]]:
    """The files of a folder that hold `name`, as it is, .gz or .xz, and the suffix of each."""
    places = [(folder / f"{name}{suffix}", suffix) for suffix in OPEN]
    return [(path, suffix) for path, suffix in places if path.is_file()]


def unpack(folder: Path, names: Iterable[str], out: Path) -> None:
    """Copy the named files of a folder to another, decompressed.

    Raises DataError naming a file that lacks, is cut short or altered, or has more than LARGEST
    bytes: one of 8 MB may hold 8 GB, and one that takes no room say that it has 100. OSError where
    the system does not let it read or write.
    """
    out.mkdir(parents=True, exist_ok=True)
    for name in names:
        if not (found := packed(folder, name)):
            raise DataError(f"{folder} has no {name} (as it is, .gz or .xz)")
        path, suffix = found[0]
        try:
            with OPEN[suffix](path, "rb") as file, (out / name).open("wb") as copied:
                _copy(file, copied, path)
        except BROKEN as error:
            if isinstance(error, OSError) and error.errno:
                raise  # of the system, as of a full disk: not of the file
            raise DataError(f"{path} is cut short or altered: {error}") from error


def _copy(file: BinaryIO, copied: BinaryIO, path: Path) -> None:
    """All of the opened file of this path; DataError as soon as there is more than LARGEST."""
    size = path.stat().st_size
    while size <= LARGEST and (chunk := file.read(1 << 20)):
        copied.write(chunk)
        size = max(size, copied.tell())
    if size > LARGEST:
        raise DataError(f"{path} has more than {LARGEST:,} bytes, allowed are those of a data set")


def read_tar(name: str, data: bytes) -> dict[str, bytes]:
    """The regular files in a tar archive, by the last part of their path; nothing is extracted."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            return {
                PurePosixPath(member.name).name: file.read()
                for member in archive
                if member.isfile() and (file := archive.extractfile(member))
            }
    except BROKEN as error:
        raise DataError(f"{name} is cut short or altered: {error}") from error


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name to write to in the folder of `path`, which takes its place only on success.

    The file has the permissions that the user's umask gives. What a killed process of this machine
    has left of the same path is removed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    start = f".{path.name}.{platform.node()[:40]}."
    for left in path.parent.glob(f"{escape(start)}*.part"):
        if not _alive(left.name.removeprefix(start).removesuffix(".part")):
            left.unlink(missing_ok=True)
    part = path.with_name(f"{start}{os.getpid()}.part")
    try:
        part.touch()
        mode = part.stat().st_mode
        yield part
        part.chmod(mode)  # some writers make private files
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _alive(process: str) -> bool:
    """Whether there is a process of this number; a text that is no number is nobody's."""
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass  # somebody else's
    return True
