"""The *binary version* of CIFAR-10 and CIFAR-100; the "python version" is a pickle: never opened.

A record is the label bytes (CIFAR-10: the class; CIFAR-100: superclass, class) and then 3,072
pixels: the red, the green and the blue plane of 32 x 32, each row by row.
Source: "Binary version" on the CIFAR page, cs.toronto.edu/~kriz/cifar.html.
"""

import numpy as np

from truthserum.data.files import Content, DataError
from truthserum.data.images import Images

SHAPE = (3, 32, 32)
CIFAR10_TRAIN = tuple(f"data_batch_{k}.bin" for k in range(1, 6))
CIFAR10_TEST = "test_batch.bin"
CIFAR100_TRAIN, CIFAR100_TEST = "train.bin", "test.bin"
CIFAR100_PER_CLASS = {CIFAR100_TRAIN: 500, CIFAR100_TEST: 100}


def decode(name: str, data: bytes, label_bytes: int) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 [n, 3, 32, 32] and the last label byte of each, int64 [n]; or DataError."""
    record = label_bytes + int(np.prod(SHAPE))
    if len(data) % record:
        raise DataError(f"{name} holds {len(data)} bytes, allowed multiples of {record}")
    records = np.frombuffer(data, np.uint8).reshape(-1, record)
    return records[:, label_bytes:].reshape(-1, *SHAPE), records[:, label_bytes - 1].astype(
        np.int64
    )


def encode(x: np.ndarray, labels: np.ndarray) -> bytes:
    """The inverse of `decode`: x uint8 [n, 3, 32, 32], labels uint8 [n, label bytes]."""
    return np.hstack([labels.astype(np.uint8), x.reshape(len(x), -1)]).tobytes()


def cifar10(content: Content) -> Images:
    """CIFAR-10 from its six batches."""
    batches = b"".join(content[name] for name in CIFAR10_TRAIN)
    train_x, train_y = decode(CIFAR10_TRAIN[0], batches, label_bytes=1)
    test_x, test_y = decode(CIFAR10_TEST, content[CIFAR10_TEST], label_bytes=1)
    return Images(train_x, train_y, test_x, test_y, classes=10)


def cifar100(content: Content) -> Images:
    """CIFAR-100 (the 100 classes, not the 20 superclasses) from its two files.

    The publisher prints an MD5 of the archive only. Files that a user extracted are therefore
    known by their structure alone: whole records, 500 training and 100 test images of each class.
    """
    arrays = []
    for name, per_class in CIFAR100_PER_CLASS.items():
        x, y = decode(name, content[name], label_bytes=2)
        counts = np.bincount(y, minlength=100)
        if not np.array_equal(counts, np.full(100, per_class)):
            raise DataError(
                f"{name} holds {len(y)} images of {np.count_nonzero(counts)} classes, "
                f"allowed {per_class} of each of the classes 0 to 99"
            )
        arrays += [x, y]
    return Images(*arrays, classes=100)
