import json
import sys

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


def test_json_is_written_the_same_for_any_order(tmp_path):
    for name, content in (("a", {"x": 1, "y": [2]}), ("b", {"y": [2], "x": 1})):
        program.write_json(tmp_path / name, content)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert json.loads((tmp_path / "a").read_text()) == {"x": 1, "y": [2]}
