import struct
import zipfile

import numpy as np
import pytest

from truthserum.audit.arrays import read_arrays
from truthserum.data.files import DataError

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
