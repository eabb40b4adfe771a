"""Bytes in and out: packed files, what proves them, and writing that cannot leave half a file."""

import errno
import gzip
import hashlib
import io
import lzma
import math
import os
import platform
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from glob import escape
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from truthserum.sentences import Sentence

Content = Mapping[str, bytes]
"""The files of a data set, by the name that their publisher gave them."""

BLOCK = 2**20  # bytes that are unpacked at a time
OPEN: dict[str, Callable[..., Any]] = {"": open, ".gz": gzip.open, ".xz": lzma.open}
BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError)
"""What the standard library raises for bytes that are cut short or altered."""

UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, KeyError, IndexError, TypeError, ValueError),
    *(NotImplementedError, RuntimeError, OverflowError),
)
"""What is raised for a file of arrays that is altered, or is another one."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What a system says that lets nobody write more, mostly without the file's name."""


class DataError(Sentence):
    """The data is missing or is not what it should be; the message names the file or source."""


@dataclass(frozen=True)
class Copy:
    """What a copy of a set holds: how many images, rows or documents, in which files, which MD5s.

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


def unpack(folder: Path, names: Iterable[str], out: Path, most: float = math.inf) -> None:
    """Copy the named files of a folder to another, decompressed.

    Raises DataError naming a file that lacks, is cut short or altered, or holds more than `most`
    bytes, which are not read; OSError where the system does not let it read or write.
    """
    out.mkdir(parents=True, exist_ok=True)
    for name in names:
        if not (found := packed(folder, name)):
            raise DataError(f"{folder} has no {name} (as it is, .gz or .xz)")
        path, suffix = found[0]
        try:
            if not suffix and path.stat().st_size > most:
                raise _larger(path, most)
            with OPEN[suffix](path, "rb") as file, (out / name).open("wb") as copied:
                while block := file.read(BLOCK):
                    if copied.tell() + len(block) > most:
                        raise _larger(path, most)
                    copied.write(block)
        except BROKEN as error:
            if isinstance(error, OSError) and error.errno:
                raise  # of the system, as of a full disk: not of the file
            raise DataError(f"{path} is cut short or altered: {error}") from error


def _larger(path: Path, most: float) -> DataError:
    return DataError(f"{path}: found more than the {most:,.0f} bytes that are allowed of this set")


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


def is_file(path: Path) -> bool:
    """Whether there is a file: no folder, no pipe, and no name that no file can have."""
    with suppress(OSError, ValueError):
        return path.is_file()
    return False


def is_folder(path: Path) -> bool:
    """Whether there is a folder."""
    with suppress(OSError, ValueError):
        return path.is_dir()
    return False


def check_fits(path: Path, size: int) -> None:
    """DataError for a file that says it holds more bytes than this machine has memory."""
    most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if size > most:
        raise DataError(
            f"{path}: found {size:,} bytes, allowed are the {most:,} of this machine's memory"
        )


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for the time of the block; OSError that names it if there is no room for more."""
    with TemporaryDirectory() as name:
        try:
            yield Path(name)
        except OSError as error:
            if error.errno in FULL and error.filename is None:
                raise OSError(
                    f"{name} cannot be written: {error.strerror}; TMPDIR may name another folder"
                ) from error
            raise


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name to write to in the folder of `path`, which takes its place only on success.

    The file has the permissions that the user's umask gives. What a killed process of this machine
    has left of the same path is removed. Raises OSError naming the path and the reason, as that the
    disk is full or the folder may not be written to.
    """
    start = f".{path.name}.{platform.node()[:40]}."
    part = path.with_name(f"{start}{os.getpid()}.part")
    try:
        if path.exists() and not path.is_file():  # root could put a file in a device's place
            raise OSError(errno.EEXIST, "found no file in its place, allowed is one or none")
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(f"{escape(start)}*.part"):
            if not _alive(left.name.removeprefix(start).removesuffix(".part")):
                left.unlink(missing_ok=True)
        part.touch()
        mode = part.stat().st_mode
        yield part
        part.chmod(mode)  # some writers make private files
        part.replace(path)
    except OSError as error:
        if error.filename is None or Path(error.filename) in (part, path, *path.parents):
            raise OSError(f"{path} cannot be written: {error.strerror or error}") from error
        raise  # of another file
    finally:
        with suppress(OSError):  # there is none, or its folder is none
            part.unlink()


def _alive(process: str) -> bool:
    """Whether there is a process of this number; a text that is no number is nobody's."""
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass  # somebody else's
    return True
