import numpy as np

from truthserum.data import idx

# Two images of 2 x 3 pixels, by hand: magic, three axes as big-endian uint32, pixels.
BYTES = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, *range(250, 256), *range(6)])
ARRAY = np.array([[[250, 251, 252], [253, 254, 255]], [[0, 1, 2], [3, 4, 5]]], np.uint8)


def test_encodes_to_bytes_made_by_hand():
    assert idx.encode(ARRAY) == BYTES
