"""What stands in for a data set that is not prepared yet: what ships of it, or images made up."""

import lzma
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from truthserum.data.catalogue import IMAGE_SETS, SETS
from truthserum.data.images import Images
from truthserum.data.load import load_embedded

HEADER = 8  # bytes before the labels in their files


def stand_in(name: str, train: int, test: int, resources: Path) -> Any:
    """So many training and test records of a set: of a table or a text those that ship.

    resources: the folder of what ships.
    """
    if name in IMAGE_SETS:
        return _made_up(name, train, test, resources)
    return _embedded(name, resources).first(train, test)


@cache
def _embedded(name: str, resources: Path) -> Any:
    """All that ships of a table or a text."""
    return load_embedded(SETS[name], resources).data


@cache
def _made_up(name: str, train: int, test: int, resources: Path) -> Images:
    """Images of the shape of a set, no two of them equal, with its labels where they ship."""
    known, rng = IMAGE_SETS[name], np.random.default_rng(list(name.encode()))
    x = rng.integers(0, 256, (train + test, *known.shape), dtype=np.uint8)
    train_y, test_y = (
        _labels(resources / name / f"{part}-labels-idx1-ubyte.xz", count, known.classes)
        for part, count in (("train", train), ("t10k", test))
    )
    return Images(x[:train], train_y, x[train:], test_y, known.classes)


def _labels(path: Path, count: int, classes: int) -> np.ndarray:
    """The first labels int64 [count] of a file, or as many of each class where it has too few.

    Only the labels are read of what ships: to decode the images takes seconds.
    """
    if path.is_file():
        held = np.frombuffer(lzma.decompress(path.read_bytes()), np.uint8, offset=HEADER)
        if len(held) >= count:
            return held[:count].astype(np.int64)
    return np.arange(count) % classes
