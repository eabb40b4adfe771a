import json
import sys

import numpy as np
import pytest

import program
from truthserum.data.files import DataError


@pytest.mark.parametrize("error", [ValueError("a key"), OSError("a disk"), DataError("a file")])
def test_what_a_user_can_mend_is_one_line(monkeypatch, error):
    monkeypatch.setattr(sys, "argv", ["somewhere/measure.py"])

    def main():
        raise error

    with pytest.raises(SystemExit) as stop:
        program.run(main)
    assert stop.value.code == f"measure: {error}"


def test_a_bug_shows_its_traceback():
    def main():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        program.run(main)
    with pytest.raises(SystemExit):
        program.run(main, ZeroDivisionError)


def test_arrays_come_back(tmp_path):
    path = tmp_path / "new" / "arrays.npz"
    arrays = {"a": np.arange(3), "signals.batch": np.zeros((2, 2)), "names": np.array(["x", "yz"])}
    program.write_npz(path, arrays)
    found = program.read_npz(path)
    assert set(found) == set(arrays)
    assert all((found[name] == value).all() for name, value in arrays.items())
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("kept", [0, 10, 300, -30])
def test_truncated_arrays_are_named(tmp_path, kept):
    path = tmp_path / "arrays.npz"
    program.write_npz(path, {"a": np.arange(100)})
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(DataError, match=r"arrays\.npz is cut short or altered"):
        program.read_npz(path)


def test_pickles_are_never_read(tmp_path):
    path = tmp_path / "arrays.npz"
    np.savez(path, a=np.array([{"x": 1}], dtype=object))
    with pytest.raises(DataError, match=r"arrays\.npz is cut short or altered"):
        program.read_npz(path)


def test_json_is_written_the_same_for_any_order(tmp_path):
    for name, content in (("a", {"x": 1, "y": [2]}), ("b", {"y": [2], "x": 1})):
        program.write_json(tmp_path / name, content)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert json.loads((tmp_path / "a").read_text()) == {"x": 1, "y": [2]}
