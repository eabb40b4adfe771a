import numpy as np
import pytest

from truthserum.data import cifar
from truthserum.data.files import DataError

# Two records by hand. Red, green and blue planes of constant colour, but for one red pixel.
RED = bytes([9]) + bytes(1023)
CIFAR10_BYTES = bytes([7]) + RED + bytes([20]) * 1024 + bytes([30]) * 1024
CIFAR10_BYTES += bytes([2]) + bytes([40]) * 3072


def test_decodes_records_made_by_hand():
    x, y = cifar.decode("batch", CIFAR10_BYTES, label_bytes=1)
    assert x.shape == (2, 3, 32, 32)
    assert y.tolist() == [7, 2]
    assert x[0, :, 0, 0].tolist() == [9, 20, 30]
    assert x[0, :, 0, 1].tolist() == [0, 20, 30]
    assert np.all(x[1] == 40)


def test_of_two_label_bytes_the_second_is_the_class():
    _, y = cifar.decode("train.bin", bytes([3, 77]) + bytes(3072), label_bytes=2)
    assert y.tolist() == [77]


def test_encodes_to_the_same_bytes():
    x, y = cifar.decode("batch", CIFAR10_BYTES, label_bytes=1)
    assert cifar.encode(x, y[:, None]) == CIFAR10_BYTES


def test_refuses_half_a_record():
    with pytest.raises(DataError, match="batch holds 6145 bytes, allowed multiples of 3073"):
        cifar.decode("batch", CIFAR10_BYTES[:-1], label_bytes=1)


def test_cifar10_joins_its_batches_in_order():
    content = {f"data_batch_{k}.bin": bytes([k]) + bytes(3072) for k in (5, 3, 1, 2, 4)}
    images = cifar.cifar10(content | {"test_batch.bin": CIFAR10_BYTES})
    assert images.train_y.tolist() == [1, 2, 3, 4, 5]
    assert images.test_y.tolist() == [7, 2]
    assert (images.classes, images.shape) == (10, (3, 32, 32))


def records(labels):
    return b"".join(bytes([0, label]) + bytes(3072) for label in labels)


def test_cifar100_is_known_by_its_counts_of_classes(monkeypatch):
    monkeypatch.setattr(cifar, "CIFAR100_PER_CLASS", {"train.bin": 2, "test.bin": 1})
    true = {"train.bin": records([*range(100), *range(100)]), "test.bin": records(range(100))}
    images = cifar.cifar100(true)
    assert (images.classes, len(images.train_y), len(images.test_y)) == (100, 200, 100)

    swapped = true | {"test.bin": records([0, *range(99)])}
    with pytest.raises(DataError, match=r"test\.bin holds 100 images of 99 classes, allowed 1 of"):
        cifar.cifar100(swapped)
    strange = true | {"test.bin": records([*range(99), 200])}
    with pytest.raises(DataError, match=r"test\.bin holds 100 images of 100 classes"):
        cifar.cifar100(strange)
