"""The images of a folder of classes, as torchvision's ImageFolder lays them out."""

from collections.abc import Sequence
from pathlib import Path

from truthserum.data.files import DataError
from truthserum.sentences import listed

SUFFIXES = {".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp"}
UNREAD = {".avif", ".gif", ".heic", ".heif", ".ico", ".jfif", ".jp2", ".jxl", ".svg", ".tga"}
PARTS = {"eval", "test", "testing", "train", "training", "val", "valid", "validation"}

FILLED_IN = set("{}<>")  # by Snakemake


def pictures(folder: Path) -> list[Path]:
    """The images below `folder`/class/, class by class, sorted; DataError without any.

    What is hidden, as notebooks and other systems leave it beside images, is none. DataError, too,
    for images that would be left out, and for folders that are no classes.
    """
    found = {
        path.relative_to(folder).parts: path
        for path in folder.glob("**/*")
        if path.suffix.lower() in SUFFIXES | UNREAD and (path.is_file() or path.is_symlink())
    }
    shown = sorted(parts for parts in found if not any(part.startswith(".") for part in parts))
    _check_images([found[parts] for parts in shown], folder)
    if not shown:
        raise DataError(f"{folder}: found no images, allowed is class/name.png")
    if odd := [path for path in found.values() if not FILLED_IN.isdisjoint(str(path))]:
        raise DataError(
            f"{odd[0]}: found {{, }}, < or >, allowed are names without, as Snakemake asks"
        )
    return [found[parts] for parts in shown]


def _check_images(paths: Sequence[Path], folder: Path) -> None:
    for path in paths:
        if path.suffix.lower() in UNREAD:
            raise DataError(f"{path}: found {path.suffix}, allowed are {listed(sorted(SUFFIXES))}")
        if path.parent == folder:
            raise DataError(f"{path}: found an image of no class, allowed is class/name.png")
    parts = sorted(PARTS & {path.relative_to(folder).parts[0] for path in paths})
    if len(parts) > 1:
        raise DataError(
            f"{folder}: found the folders {listed(parts)}, which are no classes, allowed is "
            "class/name.png"
        )
