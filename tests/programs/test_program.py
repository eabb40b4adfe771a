import json
import subprocess
import sys
from pathlib import Path

import program

import pytest

from truthserum.storage.files import DataError


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


def process(text):
    """A Python that runs this text beside the programs, to its end."""
    command, folder = [sys.executable, "-c", text], Path(program.__file__).parent
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)


def test_a_program_that_has_ended_has_said_all_and_tidied_up():
    text = """
import atexit, program
atexit.register(lambda: print("tidied", end=""))
program.run(lambda: print("done" * 1000))
print("taken apart")
"""
    done = process(text)
    assert (done.stdout, done.stderr) == ("done" * 1000 + "\ntidied", "")


@pytest.mark.parametrize("status", [2, "a sentence"])
def test_a_refusal_keeps_its_status(status):
    with pytest.raises(SystemExit) as stop:
        program.run(lambda: sys.exit(status))
    assert stop.value.code == status


def test_help_ends_as_any_program_does(monkeypatch):
    ended = []
    monkeypatch.setattr(program, "leave", lambda: ended.append(True))
    program.run(lambda: sys.exit(0))
    assert ended


def own_arguments():
    """Every program that does not take its arguments by `program.parsed`."""
    root = Path(__file__).resolve().parents[2]
    paths = [*(root / "scripts").glob("*.py"), root / "tests/workflow/slurm/one_node.py"]
    texts = {path: path.read_text("utf-8") for path in paths}
    return [path for path, text in texts.items() if "__main__" in text and " parsed(" not in text]


@pytest.mark.parametrize("argv", [[], ["--helpp"], ["--help"]], ids=str)
@pytest.mark.parametrize("path", own_arguments(), ids=lambda path: path.stem)
def test_a_program_says_how_it_is_used_and_takes_no_option_for_a_file(tmp_path, path, argv):
    done = subprocess.run(
        [sys.executable, path, *argv, *argv],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    wanted = "--help" in argv
    assert (done.returncode == 0) == wanted
    assert (done.stdout if wanted else done.stderr).startswith("usage: ")
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("option", ["stack", "threads"])
def test_of_what_is_counted_there_is_one_at_least(arm, call, capsys, option):
    """As with `--set-threads train=0`, which Snakemake lets through."""
    settings, options = arm.training(0)
    assert call("train", (settings, options | {option: 0})) == 2
    assert f"argument --{option}: found 0, allowed is 1 or more" in capsys.readouterr().err


def test_what_cannot_be_said_is_a_failure():
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no device here that is always full")
    with full.open("w", encoding="utf-8") as out:
        text = "import program; program.run(lambda: print('done'))"
        done = subprocess.run(
            [sys.executable, "-c", text], cwd=Path(program.__file__).parent, stdout=out
        )
    assert done.returncode != 0


def test_json_is_written_the_same_for_any_order(tmp_path):
    for name, content in (("a", {"x": 1, "y": [2]}), ("b", {"y": [2], "x": 1})):
        program.write_json(tmp_path / name, content)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert json.loads((tmp_path / "a").read_text()) == {"x": 1, "y": [2]}


@pytest.mark.parametrize("text", ['{"a": 1, "a": 1}', '[{"b": {"a": 1, "a": 2}}]'])
def test_a_key_that_is_there_twice_is_refused(tmp_path, text):
    path = tmp_path / "audit.json"
    path.write_text(text)
    with pytest.raises(DataError, match=r"audit.json: found no JSON \(key 'a' is there twice\)"):
        program.read_json(path)


def test_garbage_is_collected_from_when_a_program_runs():
    text = "import gc, program; print(gc.isenabled()); program.run(lambda: print(gc.isenabled()))"
    assert process(text).stdout.split() == ["False", "True"]
