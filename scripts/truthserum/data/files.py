"""Bytes in and out: packed files, archives, and writing that cannot leave half a file."""

import gzip
import hashlib
import io
import lzma
import os
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

Content = Mapping[str, bytes]
"""The files of a data set, decompressed, by the name that their publisher gave them."""

UNPACK = {"": bytes, ".gz": gzip.decompress, ".xz": lzma.decompress}
BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError)
"""What the standard library raises for bytes that are cut short or altered."""


class DataError(Exception):
    """The data is missing or is not what it should be; the message names the file or source."""


def md5(data: bytes) -> str:
    """MD5, because that is what publishers print: it guards against accidents, not forgers."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def decompress(name: str, data: bytes) -> bytes:
    """Undo the compression that the suffix of `name` states; DataError if the bytes are broken."""
    try:
        return UNPACK.get(Path(name).suffix, bytes)(data)
    except BROKEN as error:
        raise DataError(f"{name} is cut short or altered: {error}") from error


def read_folder(folder: Path, names: Iterable[str]) -> dict[str, bytes]:
    """The named files of a folder, each as it is, .gz or .xz; DataError if one lacks."""

    def read(name: str) -> bytes:
        for suffix in UNPACK:
            path = folder / f"{name}{suffix}"
            if path.is_file():
                return decompress(str(path), path.read_bytes())
        raise DataError(f"{folder} has no {name} (as it is, .gz or .xz)")

    return {name: read(name) for name in names}


def read_tar(name: str, data: bytes) -> dict[str, bytes]:
    """The regular files in a tar archive, by the last part of their path; nothing is extracted."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            return {
                PurePosixPath(member.name).name: archive.extractfile(member).read()
                for member in archive
                if member.isfile()
            }
    except BROKEN as error:
        raise DataError(f"{name} is cut short or altered: {error}") from error


@dataclass(frozen=True)
class Archive:
    """A tar archive as a publisher serves it, known by its name and the MD5 of its bytes."""

    name: str
    md5: str

    def unpack(self, data: bytes) -> dict[str, bytes]:
        """The files in it; DataError unless the bytes have the MD5 (checked before opening)."""
        if (found := md5(data)) != self.md5:
            raise DataError(f"{self.name} has MD5 {found}, allowed {self.md5}")
        return read_tar(self.name, data)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name to write to in the folder of `path`, which takes its place only on success."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        part.chmod(0o644)  # some writers make private files, which other users of a cluster need
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
