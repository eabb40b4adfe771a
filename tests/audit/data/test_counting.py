"""How many records there are, told without reading them."""

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from truthserum.audit.data.counting import rows_of


@pytest.mark.parametrize("name, text", [("a.csv", "x,y\n1,2\n3,4\n"), ("a.CSV", "x\r\n1\r\n2\r\n")])
def test_rows_are_lines_below_the_header(tmp_path, name, text):
    (tmp_path / name).write_bytes(text.encode())
    assert rows_of(tmp_path / name) == 2


def test_labels_of_arrays_are_counted(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.zeros((7, 3)), y=np.asfortranarray(np.zeros(7, ">i2")))
    assert rows_of(tmp_path / "a.npz") == 7


def test_rows_of_parquet_are_those_of_its_footer(tmp_path, monkeypatch):
    """By a pyarrow of ours, since the environment of the tests has none."""

    def read_metadata(path):
        if path.name != "a.parquet":
            raise ValueError("no parquet")
        return SimpleNamespace(num_rows=7)

    pyarrow = ModuleType("pyarrow.parquet")
    pyarrow.read_metadata = read_metadata
    monkeypatch.setitem(sys.modules, "pyarrow", ModuleType("pyarrow"))
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", pyarrow)
    assert rows_of(tmp_path / "a.parquet") == 7
    assert rows_of(tmp_path / "b.parquet") is None


@pytest.mark.parametrize("arrays", [{"signals": np.zeros(3)}, {"y": np.zeros((3, 2))}])
def test_of_other_arrays_nothing_is_known(tmp_path, arrays):
    np.savez(tmp_path / "a.npz", **arrays)
    assert rows_of(tmp_path / "a.npz") is None
    (tmp_path / "a.npz").write_bytes(b"PK")
    assert rows_of(tmp_path / "a.npz") is None
    assert rows_of(tmp_path / "a.parquet") is None
