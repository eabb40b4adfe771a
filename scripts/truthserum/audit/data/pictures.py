"""The images of a folder of classes, as torchvision's ImageFolder lays them out."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from truthserum.sentences import listed
from truthserum.storage.files import DataError, is_file

SUFFIXES = {".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp"}
UNREAD = {".avif", ".gif", ".heic", ".heif", ".ico", ".jfif", ".jp2", ".jxl", ".svg", ".tga"}
PARTS = {"eval", "test", "testing", "train", "training", "val", "valid", "validation"}

FILLED_IN = set("{}<>")  # by Snakemake
UNDECODED = re.compile("[\ud800-\udfff]")  # for bytes of names that are no UTF-8


def pictures(folder: Path) -> list[Path]:
    """The images below `folder`/class/, class by class, sorted; DataError without any.

    What is hidden, as notebooks and other systems leave it beside images, is none. DataError, too,
    for images that would be left out, and for folders that are no classes or may not be read.
    """
    found = sorted(_shown(folder), key=lambda path: path.parts)
    _check_images(found, folder)
    if not found:
        raise DataError(f"{folder}: found no images, allowed is class/name.png")
    if odd := [path for path in found if not FILLED_IN.isdisjoint(str(path))]:
        raise DataError(
            f"{odd[0]}: found {{, }}, < or >, allowed are names without, as Snakemake asks"
        )
    if odd := [path for path in found if UNDECODED.search(str(path))]:
        raise DataError(f"found the name {str(odd[0])!a}, allowed are names in UTF-8")
    return found


def _shown(folder: Path) -> Iterator[Path]:
    """The images below a folder that are not hidden, behind links to folders, too."""
    for place, folders, names in os.walk(folder, onerror=_unreadable, followlinks=True):
        here = Path(place)
        if here.is_symlink() and here.resolve() in [above.resolve() for above in here.parents]:
            raise DataError(f"{here}: found a link to a folder around it, allowed are others")
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in (here / name for name in names if not name.startswith(".")):
            image = path.suffix.lower() in SUFFIXES | UNREAD
            if image and (path.is_file() or path.is_symlink()):
                yield path


def _unreadable(error: OSError) -> NoReturn:
    raise DataError(
        f"{error.filename}: found a folder that cannot be read ({error.strerror}), allowed are "
        "folders that can"
    ) from error


def _check_images(paths: Sequence[Path], folder: Path) -> None:
    for path in paths:
        if path.suffix.lower() in UNREAD:
            raise DataError(f"{path}: found {path.suffix}, allowed are {listed(sorted(SUFFIXES))}")
        if path.parent == folder:
            raise DataError(f"{path}: found an image of no class, allowed is class/name.png")
        if not is_file(path):  # a pipe would be waited for
            raise DataError(f"{path}: found a link to no file, allowed are links to images")
    parts = sorted(PARTS & {path.relative_to(folder).parts[0] for path in paths})
    if len(parts) > 1:
        raise DataError(
            f"{folder}: found the folders {listed(parts)}, which are no classes, allowed is "
            "class/name.png"
        )
