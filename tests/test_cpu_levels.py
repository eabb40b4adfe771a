"""The numeric tests again, on the kernels of other machines than this one.

What this machine has is what the tests themselves run on.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NUMERIC = (
    "models/test_stacks.py",
    "extraction/models/test_gpt.py",
    "models/test_layers.py",
    "training/test_lockstep.py",
    "extraction/test_language.py",
    "reconstruction/engine/test_dense.py",
    "reconstruction/engine/test_autograd.py",
    "reconstruction/engine/test_products.py",
    "inference/defences/test_clipping.py",
    "bench/test_informed.py",
    "reconstruction/reconstructors/test_regressions.py",
    "reconstruction/reconstructors/test_network.py",
    "training/test_observe.py",
    "inference/defences/test_private.py",
)
SECONDS = 600  # 30 on a quiet machine


@pytest.mark.parametrize(("onednn", "aten"), [("AVX2", "avx2"), ("AVX512_CORE", "default")])
def test_the_numbers_hold_on_other_kernels(onednn, aten):
    told = {"ONEDNN_MAX_CPU_ISA": onednn, "ATEN_CPU_CAPABILITY": aten, "OMP_NUM_THREADS": "1"}
    files = [f"tests/{name}" for name in NUMERIC]
    words = [sys.executable, "-X", "faulthandler", "-m", "pytest", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*words, *files],
        cwd=ROOT,
        env=os.environ | told,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, f"ended with {done.returncode}\n{done.stdout}{done.stderr}"
