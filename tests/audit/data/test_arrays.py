import struct
import zipfile

import numpy as np
import pytest

from truthserum.audit.data.arrays import read_arrays
from truthserum.storage.files import DataError

SAID = "{{'descr': '{}', 'fortran_order': False, 'shape': ({},), }}"
ZIP = b"PK\5\6" + bytes(18)  # an archive of nothing


def npy(header, content=b""):
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(header) + 1) + header.encode() + b"\n" + content


FORGED = {
    "an empty member": b"",
    "text": b"1 2 3",
    "an archive in the archive": ZIP,
    "a header that ends nowhere": npy("{'descr': " + "(" * 5000),
    "a header that is code": npy("__import__('os').abort()"),
    "empty text without end": npy(SAID.format("<U0", 10**12)),
    "empty bytes without end": npy(SAID.format("|S0", 2**63 - 1)),
    "as many empty bytes as anybody wants": npy(SAID.format("|S0", 1)),
    "numbers without end": npy(SAID.format("<f8", 10**12), bytes(16)),
    "more numbers than can be counted": npy(SAID.format("<f8", f"{2**62}, {2**62}"), bytes(16)),
    "fewer numbers than none": npy(SAID.format("<f8", -1), bytes(16)),
    "no text": npy(SAID.format("<U1", 1), struct.pack("<I", 0x110000)),
    "half a character": npy(SAID.format("<U1", 1), struct.pack("<I", 0xD800)),
}


def write(path, member):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.npy", member)


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_array_is_refused_in_a_sentence(tmp_path, what):
    path = tmp_path / "own.npz"
    write(path, FORGED[what])
    with pytest.raises(DataError, match=r"own\.npz: found .*(allowed|do not fit)") as error:
        read_arrays(path, "x")
    assert len(str(error.value)) < 300


def test_damage_anywhere_is_refused_or_does_no_harm(tmp_path):
    path, rng = tmp_path / "own.npz", np.random.default_rng(0)
    np.savez(path, x=np.array(["ä", "bc"]), y=np.arange(2))
    whole = path.read_bytes()
    for _ in range(2000):
        damaged = bytearray(whole)
        for at in rng.integers(len(whole), size=rng.integers(1, 4)):
            damaged[at] = rng.integers(256)
        path.write_bytes(damaged)
        try:
            x, _ = read_arrays(path, "x", "y")
            x.tolist()
        except DataError:
            pass


def test_text_in_any_alphabet_and_order_is_read(tmp_path):
    path = tmp_path / "own.npz"
    words = np.array([["aé", "\U0001f600"], ["", "ж"]])
    np.savez(path, x=np.asfortranarray(words.astype(words.dtype.newbyteorder())), y=np.array("a"))
    x, y = read_arrays(path, "x", "y")
    assert x.tolist() == words.tolist() and y.item() == "a"


def test_a_users_arrays_are_asked_for_by_name(tmp_path):
    path = tmp_path / "own.npz"
    np.savez(path, x=np.eye(2), y=np.arange(2))
    y, x = read_arrays(path, "y", "x")
    assert (y.tolist(), x.tolist()) == ([0, 1], [[1, 0], [0, 1]])
    with pytest.raises(DataError, match="found no z among x, y, allowed are arrays x and z"):
        read_arrays(path, "x", "z")
    np.savez(path, x=np.eye(2, dtype=">f4"), y=np.zeros(2, "i4,i4"))
    assert read_arrays(path, "x")[0].dtype == np.float32
    with pytest.raises(DataError, match=r"found y of .*, allowed are numbers or text in x and y"):
        read_arrays(path, "x", "y")
    np.savez(path, x=np.array([{}], object), y=np.arange(2))
    with pytest.raises(DataError, match="without pickled objects"):
        read_arrays(path, "x", "y")


@pytest.mark.parametrize("dtype", [np.longdouble, np.clongdouble])
def test_numbers_whose_bytes_say_nothing_are_refused(tmp_path, dtype):
    np.savez(tmp_path / "own.npz", x=np.ones((4, 2), dtype))
    with pytest.raises(DataError, match=r"found x of \w+, allowed are numbers of 64 bits or"):
        read_arrays(tmp_path / "own.npz", "x")


@pytest.mark.parametrize("rows", [10**15, 3])
def test_arrays_that_say_they_are_larger_than_the_memory_are_not_read(tmp_path, rows):
    path = tmp_path / "own.npz"
    with zipfile.ZipFile(path, "w") as archive:
        with archive.open("x.npy", "w") as file:
            said = {"descr": "<f8", "fortran_order": False, "shape": (rows, 3)}
            np.lib.format.write_array_header_1_0(file, said)
        archive.getinfo("x.npy").file_size = 2**50 if rows == 3 else 128
    with pytest.raises(DataError, match=r"own.npz: found (1,1|arrays that do not fit)"):
        read_arrays(path, "x")
