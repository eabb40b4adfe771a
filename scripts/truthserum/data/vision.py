"""Image sets as the classes in `torchvision.datasets` download and decode them."""

import http.client
import socket
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import singledispatch
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image

from truthserum.data import cifar
from truthserum.data.images import Images
from truthserum.data.published import Published
from truthserum.sentences import choices
from truthserum.storage.files import BROKEN, Copy, DataError

TIMEOUT = 60  # seconds without a byte


class Items(Protocol):
    """A dataset of torchvision: pairs of a picture and its label."""

    def __len__(self) -> int: ...

    def __getitem__(self, at: int) -> tuple[Image.Image, int]: ...


FAILED = (*BROKEN, RuntimeError, http.client.HTTPException, zipfile.BadZipFile)


def arrays(items: Items, shape: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Pictures and their labels as uint8 [n, *shape] and int64 [n].

    Raises DataError for a picture of another shape.
    """
    x, y = np.empty((len(items), *shape), np.uint8), np.empty(len(items), np.int64)
    for k in range(len(items)):
        picture, y[k] = items[k]
        pixels = np.atleast_3d(np.asarray(picture)).transpose(2, 0, 1)
        if pixels.shape != x.shape[1:]:
            raise DataError(f"image {k}: found the shape {pixels.shape}, allowed is {x.shape[1:]}")
        x[k] = pixels
    return x, y


def opened(wanted: Published, part: str, root: Path) -> list[Items]:
    """The datasets of the training or test part, with their files below `root`.

    Packed files there, which are verified, are unpacked; what lacks is downloaded and verified
    by torchvision before it is opened. Raises DataError if that fails.
    """
    from torchvision import datasets  # here, since it takes seconds that tables can do without

    if wanted.kind not in datasets.__all__:
        raise DataError(f"class: {choices(wanted.kind, datasets.__all__)}")
    kind = getattr(datasets, wanted.kind)
    try:
        return [kind(root, **options, download=True) for options in wanted.parts[part]]
    except FAILED as error:
        raise DataError(f"{wanted.kind}: {' '.join(str(error).split())}") from error


@contextmanager
def _impatient() -> Iterator[None]:
    """Connections, which torchvision waits on for ever, end if nothing comes."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def download(wanted: Published, root: Path) -> None:
    """All files of a set, as torchvision downloads and verifies them, into a folder."""
    with _impatient():
        for part in wanted.parts:
            opened(wanted, part, root)


@singledispatch
def images(copy: Copy, wanted: Published, root: Path) -> Images:
    """The images of a set whose files, verified, lie below a folder as torchvision has them."""
    found = {}
    for part in wanted.parts:
        both = [arrays(items, wanted.shape) for items in opened(wanted, part, root)]
        found[f"{part}_x"], found[f"{part}_y"] = map(np.concatenate, zip(*both, strict=True))
    return Images(**found, classes=wanted.classes)


@images.register
def _(copy: cifar.Binary, wanted: Published, root: Path) -> Images:
    return cifar.images(root / copy.folder)
