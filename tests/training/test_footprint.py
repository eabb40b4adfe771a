"""What a job takes while it runs."""

import json
import subprocess
import sys
from pathlib import Path

from truthserum.training.footprint import bytes_in

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
HOLDS = """
import json, subprocess, sys
from truthserum.training.footprint import peak_bytes
alone = peak_bytes(with_programs=True)
subprocess.run([sys.executable, "-c", "bytearray(100_000_000)"], check=True)
print(json.dumps([alone, peak_bytes(with_programs=True)]))
"""


def test_memory_is_that_of_a_process_and_of_the_program_that_it_ran():
    # By a shell, as jobs are: a process that starts another hands its own peak on to it.
    run = ["sh", "-c", '"$@"; true', "sh", sys.executable, "-c", HOLDS]
    said = subprocess.run(run, cwd=SCRIPTS, capture_output=True, text=True, check=True).stdout
    alone, both = json.loads(said)
    assert 5e6 < alone < 9e7
    assert 1e8 < both - alone < 2e8


def test_files_in_folders_count(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "one" / "b").write_bytes(b"123")
    assert bytes_in(tmp_path) == 8
