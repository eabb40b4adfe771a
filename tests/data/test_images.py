from dataclasses import replace

import numpy as np
import pytest

from truthserum.data.images import Images
from truthserum.storage.files import DataError
from truthserum.storage.manifests import manifest_of


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"train_x": np.zeros((3, 1, 2, 2))}, "train_x: found float64"),
        ({"test_x": np.zeros((2, 4), np.uint8)}, "test_x: found uint8 with 2 axes"),
        ({"train_y": np.zeros(2, np.int64)}, r"train_y: found int64 \(2,\), allowed int64 \(3,\)"),
        ({"train_y": np.zeros(3, np.uint8)}, "train_y: found uint8"),
        ({"classes": 5}, "test_y: found labels 1 to 5, allowed 0 to 4"),
        ({"train_y": np.array([-1, 0, 0])}, "train_y: found labels -1 to 0"),
        (
            {"test_x": np.zeros((2, 3, 2, 2), np.uint8)},
            r"test_x: found images of shape \(3, 2, 2\)",
        ),
    ],
)
def test_refuses_arrays_that_do_not_fit(tiny_images, change, message):
    with pytest.raises(ValueError, match=message):
        replace(tiny_images, **change)


def test_first_keeps_the_order(tiny_images):
    part = tiny_images.first(2, 1)
    assert part.train_y.tolist() == [3, 1]
    assert part.test_y.tolist() == [1]
    assert np.array_equal(part.train_x, tiny_images.train_x[:2])
    assert part.shape == (1, 2, 2)


def test_first_refuses_more_than_there_are(tiny_images):
    with pytest.raises(ValueError, match="test: found 3, allowed 0 to 2"):
        tiny_images.first(1, 3)


def test_saved_images_come_back(tiny_images, tmp_path):
    path = tmp_path / "new" / "images.npz"
    tiny_images.save(path)
    again = Images.load(path)
    for name, value in vars(tiny_images).items():
        assert np.array_equal(getattr(again, name), value)
    assert type(again.classes) is int
    assert [file.name for file in path.parent.glob("[a-z]*")] == ["images.npz"]


def test_a_file_that_is_cut_short_is_refused(tiny_images, tmp_path):
    path = tmp_path / "images.npz"
    tiny_images.save(path)
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(DataError, match=r"images\.npz is cut short or altered"):
        Images.load(path)
    manifest_of(path).unlink()
    with pytest.raises(DataError, match=r"images\.npz is not a complete image file"):
        Images.load(path)


def test_a_file_with_pickled_objects_is_refused(tiny_images, tmp_path):
    path = tmp_path / "images.npz"
    np.savez(path, **vars(tiny_images) | {"train_x": np.array([{}], dtype=object)})
    with pytest.raises(DataError, match="not a complete image file"):
        Images.load(path)
