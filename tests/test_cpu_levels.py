"""The numeric tests on processors with fewer instructions than this one.

Which kernels compute, and how they round, belongs to the machine. Limited to older instructions,
the libraries below torch choose those that run on most laptops.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Those that compare two ways to compute the same: stacks of models and single ones, hand-written
# gradients and autograd, batches and loops.
NUMERIC = (
    "tests/bench/test_language.py",
    "tests/models/test_gpt.py",
    "tests/models/test_stacks.py",
    "tests/reconstructors/test_network.py",
    "tests/training/test_clipping.py",
    "tests/training/test_informed_autograd.py",
    "tests/training/test_lockstep.py",
    "tests/training/test_observe.py",
    "tests/training/test_private.py",
)
LEVELS = {
    "ONEDNN_MAX_CPU_ISA": ("AVX2", "AVX512_CORE"),
    "ATEN_CPU_CAPABILITY": ("default", "avx2"),
}
SECONDS = 400  # 20 on a quiet machine


@pytest.mark.parametrize(
    ("variable", "level"), [(name, level) for name, levels in LEVELS.items() for level in levels]
)
def test_numbers_hold_with_fewer_instructions(variable, level):
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--no-header", "-p", "no:cacheprovider", *NUMERIC],
        cwd=ROOT,
        env=os.environ | {variable: level, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
    )
    assert run.returncode == 0, run.stdout
