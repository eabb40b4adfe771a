"""How MNIST and Fashion-MNIST are written as files; torchvision reads them.

Source: the description under "FILE FORMATS FOR THE MNIST DATABASE" on the MNIST page.
"""

import struct

import numpy as np

from truthserum.data.images import Images
from truthserum.storage.files import Content

UINT8 = 0x08


def encode(array: np.ndarray) -> bytes:
    """An idx file of an array uint8: its shape as big-endian uint32, and its bytes."""
    return struct.pack(f">2x2B{array.ndim}I", UINT8, array.ndim, *array.shape) + array.tobytes()


def content(images: Images) -> Content:
    """The four files of a set of grey images."""
    return {
        "train-images-idx3-ubyte": encode(images.train_x[:, 0]),
        "train-labels-idx1-ubyte": encode(images.train_y.astype(np.uint8)),
        "t10k-images-idx3-ubyte": encode(images.test_x[:, 0]),
        "t10k-labels-idx1-ubyte": encode(images.test_y.astype(np.uint8)),
    }
