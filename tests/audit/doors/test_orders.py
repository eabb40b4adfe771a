"""Programs of users: what they say, and that they end with us."""

import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from truthserum.audit.doors.orders import LONGEST, run

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"


def test_of_much_that_is_said_the_end_is_passed_on(tmp_path, capfd):
    run([sys.executable, "-c", "print('much ' * 100_000); print('end')"], tmp_path, 60, "loud")
    said = capfd.readouterr().out
    assert said.startswith(f"({500_000 + 5 - LONGEST:,} bytes before)\n")
    assert said.endswith("much \nend\n") and len(said) < LONGEST + 100


RUNS = """
import sys
from pathlib import Path
from truthserum.audit.doors.orders import run
run(["sh", "-c", "echo $$ > started; (sleep 60) & exec sleep 60"], Path(sys.argv[1]), 90, "sleep")
"""


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL])
def test_what_is_trained_ends_with_the_program_however_that_ends(tmp_path, sent):
    process = subprocess.Popen(
        [sys.executable, "-c", RUNS, str(tmp_path)], cwd=SCRIPTS, stderr=subprocess.DEVNULL
    )
    started, deadline = tmp_path / "started", time.monotonic() + 60
    while not (started.is_file() and started.read_text().strip()):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(sent)
    assert process.wait(30) == (-sent if sent == signal.SIGKILL else 128 + sent)
    while _lives_in(tmp_path):
        assert time.monotonic() < deadline
        time.sleep(0.02)


AT_ONCE = """
import os, subprocess, sys

class Popen(subprocess.Popen):
    def __init__(self, command, **options):
        super().__init__(command, **options)
        if "started" in command[-1]:
            os.kill(os.getpid(), int(sys.argv[2]))

subprocess.Popen = Popen
"""


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_also_where_the_program_ends_as_soon_as_it_has_started_it(tmp_path, sent):
    command = [sys.executable, "-c", AT_ONCE + RUNS, str(tmp_path), str(int(sent))]
    ended = subprocess.run(command, cwd=SCRIPTS, stderr=subprocess.DEVNULL, timeout=30)
    assert ended.returncode == (-sent if sent == signal.SIGKILL else 128 + sent)
    deadline = time.monotonic() + 30
    while _lives_in(tmp_path):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _lives_in(folder):
    """Whether a process in a folder does anything: whose parent is gone may stay as a zombie."""
    for each in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if each.status() != psutil.STATUS_ZOMBIE and Path(each.cwd()) == folder:
                return True
    return False
