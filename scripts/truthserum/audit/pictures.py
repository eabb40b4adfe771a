"""The images of a folder of classes, as torchvision's ImageFolder lays them out."""

from pathlib import Path

from truthserum.data.files import DataError

SUFFIXES = {".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp"}

FILLED_IN = set("{}<>")  # by Snakemake


def pictures(folder: Path) -> list[Path]:
    """The images below `folder`/class/, class by class, sorted; DataError without any.

    What is hidden, as notebooks and other systems leave it beside images, is none.
    """
    found = {
        path.relative_to(folder).parts: path
        for path in folder.glob("*/**/*")
        if path.suffix.lower() in SUFFIXES and (path.is_file() or path.is_symlink())
    }
    shown = sorted(parts for parts in found if not any(part.startswith(".") for part in parts))
    if not shown:
        raise DataError(f"{folder}: found no images, allowed is class/name.png")
    if odd := [path for path in found.values() if not FILLED_IN.isdisjoint(str(path))]:
        raise DataError(
            f"{odd[0]}: found {{, }}, < or >, allowed are names without, as Snakemake asks"
        )
    return [found[parts] for parts in shown]
