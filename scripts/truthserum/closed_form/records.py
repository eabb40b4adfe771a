"""Records as vectors of features, for models that take no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch

import numpy as np

from truthserum.data.images import Images
from truthserum.data.tabular import Encoding, Table


@dataclass(frozen=True)
class Records:
    """Records x float64 [n, p], laid out as an image of `shape`, with labels int [n] 0, 1, …"""

    x: np.ndarray
    labels: np.ndarray
    shape: tuple[int, int]


@singledispatch
def records(data: Images | Table, classes: list[int], pooling: int) -> tuple[Records, ...]:
    """The training and test records of some classes.

    Images in [0, 1], averaged over squares of `pooling` pixels; rows of a table as its encoding
    makes features of them, which takes no pooling. Raises ValueError for a pooling that the data
    does not allow.
    """
    return tuple(_pooled(*_of_classes(x, y, classes), pooling) for _, x, y in data.parts())


@records.register
def _(data: Table, classes: list[int], pooling: int) -> tuple[Records, ...]:
    if pooling != 1:
        raise ValueError(f"pooling: found {pooling}, allowed is 1 for rows of a table")
    encoding = Encoding.of(data)
    chosen = (_of_classes(encoding.encode(x), y, classes) for _, x, y in data.parts())
    return tuple(Records(x.astype(np.float64), y, (1, x.shape[1])) for x, y in chosen)


def _of_classes(
    x: np.ndarray, y: np.ndarray, classes: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    chosen = np.isin(y, classes)
    return x[chosen], np.searchsorted(np.sort(classes), y[chosen])


def _pooled(images: np.ndarray, labels: np.ndarray, pooling: int) -> Records:
    count, channels, height, width = images.shape
    if height % pooling or width % pooling:
        raise ValueError(f"pooling: found {pooling}, allowed are divisors of {height} and {width}")
    shape = (channels * height // pooling, width // pooling)
    squares = images.reshape(count, shape[0], pooling, shape[1], pooling) / 255
    return Records(squares.mean(axis=(2, 4)).reshape(count, shape[0] * shape[1]), labels, shape)
