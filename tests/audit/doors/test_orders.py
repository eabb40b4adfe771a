"""Programs of users: what they say, and that they end with us."""

import os
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
    while _lives(int(started.read_text())):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _lives(group):
    """Whether a process of a group does anything: whose parent is gone may stay as a zombie."""
    for each in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            if os.getpgid(each.pid) == group and each.status() != psutil.STATUS_ZOMBIE:
                return True
    return False
