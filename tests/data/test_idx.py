import numpy as np
import pytest

from truthserum.data import idx
from truthserum.data.files import DataError

# Two images of 2 x 3 pixels, by hand: magic, three axes as big-endian uint32, pixels.
BYTES = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, *range(250, 256), *range(6)])
ARRAY = np.array([[[250, 251, 252], [253, 254, 255]], [[0, 1, 2], [3, 4, 5]]], np.uint8)


def test_decodes_bytes_made_by_hand():
    decoded = idx.decode("file", BYTES)
    assert decoded.dtype == np.uint8
    assert np.array_equal(decoded, ARRAY)


def test_encodes_to_the_same_bytes():
    assert idx.encode(ARRAY) == BYTES


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "file starts with"),
        (b"\x1f\x8b\x08\x00 still packed", "file starts with 1f8b08, allowed 000008"),
        (bytes([0, 0, 13, 3]) + BYTES[4:], "file starts with 00000d"),
        (BYTES[:10], "file ends inside its header of 16 bytes"),
        (BYTES[:-1], r"file holds 11 values, its header states \(2, 2, 3\)"),
        (BYTES + b"\0", "file holds 13 values"),
    ],
)
def test_refuses_bytes_that_are_not_what_they_state(data, message):
    with pytest.raises(DataError, match=message):
        idx.decode("file", data)


def test_a_set_survives_its_files(tiny_images, tiny_content):
    again = idx.images(tiny_content)
    for name, value in vars(tiny_images).items():
        assert np.array_equal(getattr(again, name), value)


def test_pooled_images_are_all_in_the_training_part_and_tested_on_too(tiny_images, tiny_content):
    pooled = idx.pooled(tiny_content)
    count = len(tiny_images.train_y)
    for part in "xy":
        train, test = (getattr(tiny_images, f"{name}_{part}") for name in ("train", "test"))
        np.testing.assert_array_equal(getattr(pooled, f"train_{part}")[:count], train)
        np.testing.assert_array_equal(getattr(pooled, f"train_{part}")[count:], test)
        np.testing.assert_array_equal(getattr(pooled, f"test_{part}"), test)
