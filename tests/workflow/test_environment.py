"""What programs find in their environment."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest
from hostile import SHELL

from truthserum.audit.doors.shell import USERS, users_shell
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
    theirs = {**SHELL, "PYTHONPLATLIBDIR": "x"}
    harmless = {"HOME": "/home", "PYTHONPYCACHEPREFIX": "/tmp", "CUDA_VISIBLE_DEVICES": "1"}
    harmless["PYTORCH_CUDA_ALLOC_CONF"] = "expandable_segments:True"
    theirs |= harmless
    monkeypatch.setattr(os, "environ", {**theirs, "PATH": "/nowhere"})
    use_this_python()
    use_this_python()  # a job of a cluster starts Snakemake again
    own = {"MPLBACKEND": "agg", "PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1"}
    assert {name: os.environ[name] for name in set(os.environ) - {"PATH", USERS}} == harmless | own
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


def exported(root, **shell):
    """The environment of what `make` starts, from a shell that exports this."""
    show = "include Makefile\nshow:\n\t@env"
    command = ["make", "-f", "-", "show"]
    environment = {"PATH": os.environ["PATH"], **shell}
    run = subprocess.run(
        command, cwd=root, env=environment, input=show, capture_output=True, encoding="utf-8"
    )
    return dict(line.split("=", 1) for line in run.stdout.splitlines() if "=" in line)


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
def test_make_leaves_that_environment(root, tmp_path):
    assert "cp envs/own.pth" in (root / "Makefile").read_text("utf-8")
    kept = {"PIP_INDEX_URL": "mirror", "PIP_CACHE_DIR": "c", "PYTHONPYCACHEPREFIX": "p"}
    dropped = {"PIP_TARGET": "t", "PIP_NO_BINARY": ":all:", "PYTHONPATH": "/other"}
    dropped |= {"PYTHONWARNINGS": "error", "MPLBACKEND": "x", "VIRTUAL_ENV": "/env"}
    found = exported(root, HOME=str(tmp_path), PIP_USER="1", **kept, **dropped)
    assert kept.items() <= found.items() and not dropped.keys() & found.keys()
    assert (found["PIP_USER"], found["PYTHONNOUSERSITE"]) == ("0", "1")


# Stands for the python of make, which makes an environment of stand-ins.
MAKES = """#!/bin/sh
[ "$2" = venv ] && mkdir -p .venv/bin && cp stand-in .venv/bin/pip && cp stand-in .venv/bin/python
case "$*" in *--dry-run*) exit {missing} ;; *sysconfig*) echo . ;; esac
"""


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
@pytest.mark.parametrize("missing", [0, 1])
def test_an_environment_without_its_packages_is_not_ready(root, tmp_path, missing):
    shutil.copy(root / "Makefile", tmp_path)
    shutil.copytree(root / "envs", tmp_path / "envs")
    (tmp_path / "stand-in").write_text(MAKES.format(missing=missing))
    (tmp_path / "stand-in").chmod(0o755)
    command = ["make", "PYTHON=./stand-in", ".venv/.ready"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (run.returncode == 0) == (not missing) == (tmp_path / ".venv/.ready").is_file()
    assert ("found packages missing" in run.stderr) == bool(missing)


@pytest.mark.parametrize("shell", [{"HOME": "/proc"}, {"HOME": "/", "XDG_CACHE_HOME": "/proc"}])
def test_a_home_that_cannot_be_written_to_is_no_matter(root, tmp_path, shell):
    """Snakemake makes its cache there before any file of ours is read: our profile is earlier."""
    command = [sys.executable, "-m", "snakemake", "-n", "plan", "-s", str(root / "Snakefile")]
    run = subprocess.run(
        [*command, "-d", str(tmp_path)],
        env={"PATH": os.environ["PATH"], **shell},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert (tmp_path / ".snakemake" / "cache" / "snakemake").is_dir()


def test_no_library_but_that_of_this_project_is_used(pristine, tmp_path):
    for name in ("truthserum", "workflow", "program"):
        (tmp_path / f"{name}.py").write_text(f"raise SystemExit('another {name}')", "utf-8")
    run = subprocess.run(
        pristine.command("-n", "plan", experiments="glm_mnist"),
        cwd=pristine.folder,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_before_its_first_job_a_run_that_is_asked_to_stop_leaves_no_rehearsal(root, number):
    program = (
        "import signal, subprocess, sys\nsys.path.insert(0, 'scripts')\n"
        "from workflow import release_when_hung_up\n"
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)\nrelease_when_hung_up()\n"
        "subprocess.run(['sh', '-c', 'echo begun; exec sleep 60'])\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout.readline() == "begun\n"
        run.send_signal(number)
        assert run.stdout.read() == ""  # the sleeper, which holds it too, has ended
    assert run.returncode == 128 + signal.SIGTERM


def test_a_run_that_is_done_ends_at_once(finished, tmp_path):
    """And not when the last timer of Snakemake has gone off."""
    checkout, begun = finished.copy(tmp_path / "checkout"), time.monotonic()
    said = checkout.make("results/smoke/ledger.md", "--forcerun", "write_ledger", "--cores", "1")
    wall = time.monotonic() - begun
    hours, minutes, seconds = re.search(r"Elapsed time: (\S+)", said)[1].split(":")
    assert wall < 3600 * int(hours) + 60 * int(minutes) + float(seconds) + 6
