import numpy as np
import pytest

from truthserum.storage.arrays import read_npz, write_npz
from truthserum.storage.files import DataError


def test_arrays_come_back(tmp_path):
    path = tmp_path / "new" / "arrays.npz"
    arrays = {"a": np.arange(3), "signals.batch": np.zeros((2, 2)), "names": np.array(["x", "yz"])}
    write_npz(path, arrays)
    found = read_npz(path)
    assert set(found) == set(arrays)
    assert all((found[name] == value).all() for name, value in arrays.items())
    assert list(path.parent.glob("[a-z]*")) == [path]


@pytest.mark.parametrize("kept", [0, 10, 300, -30])
def test_truncated_arrays_are_named(tmp_path, kept):
    path = tmp_path / "arrays.npz"
    write_npz(path, {"a": np.arange(100)})
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(DataError, match=r"arrays\.npz is cut short or altered"):
        read_npz(path)


def test_pickles_are_never_read(tmp_path):
    path = tmp_path / "arrays.npz"
    np.savez(path, a=np.array([{"x": 1}], dtype=object))
    with pytest.raises(DataError, match=r"arrays\.npz is cut short or altered"):
        read_npz(path)
