"""What programs find in their environment."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from truthserum.audit.shell import USERS, users_shell
from workflow import KEPT_MEMORY, keep_freed_memory, use_this_python

ROOT = Path(__file__).resolve().parents[2]


def test_freed_memory_is_kept_unless_the_user_says_otherwise(monkeypatch):
    first, *others = KEPT_MEMORY
    for name in others:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(first, "7")
    keep_freed_memory()
    assert os.environ[first] == "7"
    assert all(os.environ[name] == KEPT_MEMORY[name] for name in others)


def test_programs_run_with_this_python(monkeypatch):
    monkeypatch.setattr(os, "environ", {"PATH": "/nowhere"})
    use_this_python()
    assert os.environ["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)


def test_what_the_users_shell_exports_reaches_the_users_own_programs_alone(monkeypatch):
    theirs = {"MPLBACKEND": "module://absent.backend", "PYTHONPATH": "/other", "MATPLOTLIBRC": "x"}
    theirs |= {"PYTHONSAFEPATH": "1", "PYTHONOPTIMIZE": "2", "HOME": "/home"}
    monkeypatch.setattr(os, "environ", {**theirs, "PATH": "/nowhere"})
    use_this_python()
    use_this_python()  # a job of a cluster starts Snakemake again
    names = {"MPLBACKEND", "PYTHONNOUSERSITE", "PYTHONUTF8", "PATH", "HOME", USERS}
    assert set(os.environ) == names
    assert (os.environ["MPLBACKEND"], os.environ["HOME"]) == ("agg", "/home")
    assert users_shell(os.environ) == {**theirs, "PATH": os.environ["PATH"]}
    assert users_shell({"PATH": "p"}) == {"PATH": "p"}


@pytest.fixture(scope="module")
def isolated(tmp_path_factory):
    """An environment as `make` leaves it, with one package, beside a folder of programs."""
    folder = tmp_path_factory.mktemp("project")
    venv.create(folder / ".venv", symlinks=True)
    (packages,) = (folder / ".venv").glob("lib/python*/site-packages")
    shutil.copy(ROOT / "envs" / "own.pth", packages)
    (folder / "scripts").mkdir()
    (folder / "elsewhere").mkdir()
    for place, text in (
        (packages / "package.py", "print('own')"),
        (folder / "elsewhere" / "package.py", "print('foreign')"),
        (folder / "elsewhere" / "added.py", "print('added')"),
        (folder / "scripts" / "program.py", ""),
        (folder / "scripts" / "start.py", "import program, package\nimport added"),
    ):
        place.write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("shell", [{}, {"PYTHONSAFEPATH": "1"}, {"PYTHONOPTIMIZE": "2"}], ids=str)
def test_the_projects_own_environment_comes_first_whatever_the_shell_exports(isolated, shell):
    command = [isolated / ".venv/bin/python", "scripts/start.py"]
    environment = {**shell, "PYTHONPATH": "elsewhere"}
    run = subprocess.run(
        command, cwd=isolated, env=environment, capture_output=True, encoding="utf-8"
    )
    assert (run.stdout.split(), run.stderr) == (["own", "added"], "")


def test_make_leaves_that_environment(root):
    recipe = (root / "Makefile").read_text("utf-8")
    assert "cp envs/own.pth" in recipe and "unexport PYTHONPATH" in recipe


def test_programs_need_no_docstrings(root):
    command = [sys.executable, "-OO", "scripts/measure.py", "--help"]
    assert subprocess.run(command, cwd=root, capture_output=True).returncode == 0


@pytest.mark.parametrize(("before", "status"), [("SIG_DFL", 7), ("SIG_IGN", 0)])
def test_a_closed_terminal_ends_a_run_as_sigterm_does(root, before, status):
    program = (
        "import os, signal, sys, time\nsys.path.insert(0, 'scripts')\n"
        "from workflow import release_when_hung_up\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\n"
        f"signal.signal(signal.SIGHUP, signal.{before})\n"
        "release_when_hung_up()\nos.kill(os.getpid(), signal.SIGHUP)\ntime.sleep(0.1)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=root).returncode == status
