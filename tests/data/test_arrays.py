import zipfile

import numpy as np
import pytest

from truthserum.data.arrays import read_npz, read_own_npz, write_npz
from truthserum.data.files import DataError


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


def test_a_users_arrays_are_asked_for_by_name(tmp_path):
    path = tmp_path / "own.npz"
    np.savez(path, x=np.eye(2), y=np.arange(2))
    y, x = read_own_npz(path, "y", "x")
    assert (y.tolist(), x.tolist()) == ([0, 1], [[1, 0], [0, 1]])
    with pytest.raises(DataError, match="found no z among x, y, allowed are arrays x and z"):
        read_own_npz(path, "x", "z")
    np.savez(path, x=np.eye(2, dtype=">f4"), y=np.zeros(2, "i4,i4"))
    assert read_own_npz(path, "x")[0].dtype == np.float32
    with pytest.raises(DataError, match=r"found y of .*, allowed are numbers or text in x and y"):
        read_own_npz(path, "x", "y")
    np.savez(path, x=np.array([{}], object), y=np.arange(2))
    with pytest.raises(DataError, match="without pickled objects"):
        read_own_npz(path, "x", "y")


@pytest.mark.parametrize("rows", [10**15, 3])
def test_arrays_that_say_they_are_larger_than_the_memory_are_not_read(tmp_path, rows):
    path = tmp_path / "own.npz"
    with zipfile.ZipFile(path, "w") as archive:
        with archive.open("x.npy", "w") as file:
            said = {"descr": "<f8", "fortran_order": False, "shape": (rows, 3)}
            np.lib.format.write_array_header_1_0(file, said)
        archive.getinfo("x.npy").file_size = 2**50 if rows == 3 else 128
    with pytest.raises(DataError, match=r"own.npz: found (1,1|arrays that do not fit)"):
        read_own_npz(path, "x")
