import numpy as np

from truthserum.data import cifar

# Two records by hand. Red, green and blue planes of constant colour, but for one red pixel.
RED = bytes([9]) + bytes(1023)
RECORDS = bytes([7]) + RED + bytes([20]) * 1024 + bytes([30]) * 1024
RECORDS += bytes([2]) + bytes([40]) * 3072


def test_batches_made_by_hand_are_joined_in_order(tmp_path):
    for k in range(1, 6):
        (tmp_path / f"data_batch_{k}.bin").write_bytes(bytes([k]) + bytes(3072))
    (tmp_path / "test_batch.bin").write_bytes(RECORDS)
    images = cifar.images(tmp_path)
    assert images.train_y.tolist() == [1, 2, 3, 4, 5]
    assert images.test_y.tolist() == [7, 2]
    assert (images.classes, images.shape) == (10, (3, 32, 32))
    assert images.test_x[0, :, 0, 0].tolist() == [9, 20, 30]
    assert images.test_x[0, :, 0, 1].tolist() == [0, 20, 30]
    assert np.all(images.test_x[1] == 40)
    assert cifar.encode(images.test_x, images.test_y) == RECORDS
