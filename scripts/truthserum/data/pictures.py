"""A user's own pictures, in folders that are named after their classes.

A class is numbered by its name, in alphabetical order. The order of the pictures is that of the
MD5s of their files: it mixes the classes, and neither names nor dates of files decide it. The
training and the test part are the subfolders `train` and `test`, if there are both; else the test
part comes first in the order of all.
"""

import hashlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image, ImageOps

from truthserum.data.images import Images
from truthserum.data.vision import Items, arrays
from truthserum.storage.files import DataError, md5

MODES = {1: "L", 3: "RGB"}  # of Pillow, by the number of channels
DEEP = ("I", "F")  # how the names of modes begin of which Pillow cuts off what is above 255
HALVED = ";16"  # in the names of what a file stores, of which Pillow takes the upper half alone
BAD = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)


def picture(path: str, shape: tuple[int, int, int]) -> Image.Image:
    """The middle of a picture, as much as fits, resized.

    DataError if it is unreadable, small, or has more than 8 bits a colour.
    """
    channels, height, width = shape
    try:
        with Image.open(path) as file:
            stored = [file.mode, *(str(tile.args) for tile in file.tile)]
            if deep := [name for name in stored if name.startswith(DEEP) or HALVED in name]:
                raise ValueError(f"found the mode {deep[0]}, allowed are 8 bits a colour")
            whole = file.convert(MODES[channels])
    except BAD as error:
        raise DataError(f"{path} is no readable picture: {error}") from error
    if whole.height < height or whole.width < width:
        raise DataError(
            f"{path}: found {whole.height} x {whole.width} pixels, "
            f"allowed are {height} x {width} or more (data.size of an audit, shape of an image set)"
        )
    return ImageOps.fit(whole, (width, height))


class Pictures(Items, Protocol):
    """What is used of torchvision's ImageFolder."""

    samples: list[tuple[str, int]]
    classes: list[str]


def opened(folder: Path, shape: tuple[int, int, int], classes: int, part: slice) -> Pictures:
    """Some of the pictures of a folder and their classes, in the order of their MD5s.

    Raises DataError for another number of classes, or a class without pictures.
    """
    from torchvision import datasets  # here, since it takes seconds

    try:
        found = datasets.ImageFolder(folder, loader=partial(picture, shape=shape))
    except FileNotFoundError as error:
        raise DataError(str(error)) from error
    if len(found.classes) != classes:
        raise DataError(f"{folder}: found the classes {found.classes}, allowed are {classes}")
    found.samples = sorted(found.samples, key=lambda one: (md5(Path(one[0])), one))[part]
    return found


def digest(parts: Mapping[str, Pictures]) -> str:
    """The MD5 of a line `part class md5` for each picture, in their order."""
    lines = [
        f"{part} {label} {md5(Path(path))}\n"
        for part, items in parts.items()
        for path, label in items.samples
    ]
    return hashlib.md5("".join(lines).encode(), usedforsecurity=False).hexdigest()


def images(
    folder: Path, shape: tuple[int, int, int], classes: int, sizes: Mapping[str, int], known: str
) -> tuple[Images, str]:
    """The first pictures of the training and the test part, and the MD5 that stands for all.

    sizes: how many, by the name of the part. known: this MD5, or "" if it is not known; if it is
    another, nothing is opened. Raises DataError for that, for too few pictures, and as `opened` and
    `picture` do.
    """
    split = all((folder / part).is_dir() for part in sizes)
    rest = {"train": slice(sizes["test"], None), "test": slice(sizes["test"])}
    parts = {
        part: opened(folder / part, shape, classes, slice(None))
        if split
        else opened(folder, shape, classes, rest[part])
        for part in sizes
    }
    if parts["train"].classes != parts["test"].classes:
        raise DataError(
            f"{folder / 'test'}: found the classes {parts['test'].classes}, "
            f"allowed are {parts['train'].classes} as in train"
        )
    found = digest(parts)
    if known not in ("", found):
        raise DataError(f"{folder}: the pictures have MD5 {found}, allowed {known}")
    arrayed: list[np.ndarray] = []
    for part, size in sizes.items():
        if len(parts[part]) < size:
            raise DataError(
                f"{folder}: found {len(parts[part])} {part} pictures, allowed are {size} or more"
            )
        parts[part].samples = parts[part].samples[:size]
        arrayed += arrays(parts[part], shape)
    train_x, train_y, test_x, test_y = arrayed
    return Images(train_x, train_y, test_x, test_y, classes), found
