"""The idx format of MNIST and Fashion-MNIST: a header and unsigned bytes.

Source: the description under "FILE FORMATS FOR THE MNIST DATABASE" on the MNIST page.
"""

import struct
from dataclasses import replace

import numpy as np

from truthserum.data.files import Content, DataError
from truthserum.data.images import Images

TRAIN_X, TRAIN_Y = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
TEST_X, TEST_Y = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"

UINT8 = 0x08


def decode(name: str, data: bytes) -> np.ndarray:
    """A uint8 array of the shape that the header states; DataError naming the file if it lies."""
    if len(data) < 4 or data[:3] != bytes([0, 0, UINT8]):
        raise DataError(f"{name} starts with {data[:3].hex()}, allowed 000008 (idx, unsigned byte)")
    axes = data[3]
    start = 4 + 4 * axes
    if len(data) < start:
        raise DataError(f"{name} ends inside its header of {start} bytes")
    shape = struct.unpack(f">{axes}I", data[4:start])
    values = np.frombuffer(data, np.uint8, offset=start)
    if values.size != np.prod(shape, dtype=np.int64):
        raise DataError(f"{name} holds {values.size} values, its header states {shape}")
    return values.reshape(shape)


def encode(array: np.ndarray) -> bytes:
    """The inverse of `decode`, for a uint8 array."""
    return struct.pack(f">2x2B{array.ndim}I", UINT8, array.ndim, *array.shape) + array.tobytes()


def images(content: Content) -> Images:
    """The four files of a set of ten classes of grey images, [n, H, W] -> [n, 1, H, W]."""
    train_x, train_y, test_x, test_y = (
        decode(name, content[name]) for name in (TRAIN_X, TRAIN_Y, TEST_X, TEST_Y)
    )
    return Images(
        train_x[:, None],
        train_y.astype(np.int64),
        test_x[:, None],
        test_y.astype(np.int64),
        classes=10,
    )


def pooled(content: Content) -> Images:
    """The same, with the test images behind the training images and also where they were."""
    apart = images(content)
    return replace(
        apart,
        train_x=np.concatenate([apart.train_x, apart.test_x]),
        train_y=np.concatenate([apart.train_y, apart.test_y]),
    )


def content(images: Images) -> Content:
    """The inverse of `images`."""
    return {
        TRAIN_X: encode(images.train_x[:, 0]),
        TRAIN_Y: encode(images.train_y.astype(np.uint8)),
        TEST_X: encode(images.test_x[:, 0]),
        TEST_Y: encode(images.test_y.astype(np.uint8)),
    }
