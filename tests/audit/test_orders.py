"""Programs of users: what they say, and that they end with us."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from truthserum.audit.orders import LONGEST, run

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def test_of_much_that_is_said_the_end_is_passed_on(tmp_path, capfd):
    run([sys.executable, "-c", "print('much ' * 100_000); print('end')"], tmp_path, 60, "loud")
    said = capfd.readouterr().out
    assert said.startswith(f"({500_000 + 5 - LONGEST:,} bytes before)\n")
    assert said.endswith("much \nend\n") and len(said) < LONGEST + 100


RUNS = """
import sys
from pathlib import Path
from truthserum.audit.orders import run
run(["sh", "-c", "echo $$ > started; exec sleep 60"], Path(sys.argv[1]), 90, "sleep")
"""


def test_what_is_trained_ends_with_the_program_that_is_told_to(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", RUNS, str(tmp_path)], cwd=SCRIPTS, stderr=subprocess.DEVNULL
    )
    started, deadline = tmp_path / "started", time.monotonic() + 60
    while not (started.is_file() and started.read_text().strip()):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    process.terminate()
    assert process.wait(30) == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.killpg(int(started.read_text()), 0)
