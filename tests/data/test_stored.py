import numpy as np
import pytest

from truthserum.data.images import Images
from truthserum.data.stored import labelled, read
from truthserum.data.tabular import Column, Table
from truthserum.data.text import Text
from truthserum.storage.files import DataError

Y = np.array([0, 1])
IMAGES = Images(np.zeros((2, 1, 3, 3), np.uint8), Y, np.ones((2, 1, 3, 3), np.uint8), Y, 2)
ROWS = np.array([[0.5, 1], [2, 0]], np.float32)
TABLE = Table(ROWS, Y, ROWS, Y, 2, (Column("age"), Column("sex", ("Female", "Male"))))


@pytest.mark.parametrize("data", [IMAGES, TABLE])
def test_a_set_comes_back_as_what_it_was(tmp_path, data):
    data.save(tmp_path / "data.npz")
    found = read(tmp_path / "data.npz")
    assert type(found) is type(data)
    assert (found.train_x == data.train_x).all()
    assert found.columns == data.columns


@pytest.mark.parametrize("content", [b"", b"not a set", b"PK\x03\x04 cut short"])
def test_what_is_no_set_is_named(tmp_path, content):
    path = tmp_path / "data.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"data\.npz is not a complete"):
        read(path)


def test_records_with_labels_are_asked_for(tmp_path):
    path = tmp_path / "data.npz"
    TABLE.save(path)
    assert type(labelled(path)) is Table
    Text(("one",), ("two",)).save(path)
    with pytest.raises(DataError, match=r"data\.npz: found a text, allowed are images or a table"):
        labelled(path)
