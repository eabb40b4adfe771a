"""What a machine must have before the environment is installed."""

import subprocess
import sys

import pytest
from machine import GIGABYTES, NEXT, PYTHON, complaint


@pytest.mark.parametrize(
    ("python", "free", "said"),
    [
        (PYTHON, GIGABYTES * 1e9, None),
        ((3, 13), 1e15, None),
        (NEXT, 1e15, "Python 3.11 or later, below 3.14, is needed, found 3.14; set PYTHON=..."),
        ((3, 9), 1e15, "Python 3.11 or later, below 3.14, is needed, found 3.9; set PYTHON=..."),
        (PYTHON, 5.84e9, f"{GIGABYTES} GB of disk are needed here, found 5.8"),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(python, free, said):
    assert complaint(python, free) == said


def test_this_machine_passes_or_is_told_why(root):
    run = subprocess.run(
        [sys.executable, root / "envs" / "machine.py", root], capture_output=True, text=True
    )
    assert (run.returncode, run.stderr.startswith("make: ")) in {(0, False), (1, True)}
