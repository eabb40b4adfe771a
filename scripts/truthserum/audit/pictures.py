"""The images of a folder of classes, as torchvision's ImageFolder lays them out."""

from pathlib import Path

from truthserum.data.files import DataError

SUFFIXES = {".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp"}


def pictures(folder: Path) -> list[Path]:
    """The images below `folder`/class/, class by class, sorted; DataError without any."""
    found = sorted(path for path in folder.glob("*/**/*") if path.suffix.lower() in SUFFIXES)
    if not found:
        raise DataError(f"{folder}: found no images, allowed is class/name.png")
    return sorted(found, key=lambda path: path.relative_to(folder).parts)
