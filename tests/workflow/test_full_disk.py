"""A run whose disk is full stops with the reason, harms nothing, and goes on once there is room."""

import os
import re
import shutil
import subprocess

import pytest
from kills import Disturbed, left_over, products

ARM = "results/smoke/targeted/copies-0"
# Bytes: for no design, and for it and two of four files of models, one of which is kept.
ROOMS = {"design": 10_000, "train": 450_000}


@pytest.fixture
def disk(rerun):
    """resize(bytes): the size of the small disk on which the results of a copy lie from now on."""
    results, kept = rerun.folder / "results", rerun.folder / "kept"
    results.rename(kept)
    results.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=64m", "results-of-a-test", str(results)]
    able = os.geteuid() == 0 and shutil.which("mount")
    if not able or subprocess.run(mounted, capture_output=True).returncode:
        pytest.skip("root alone may mount a disk, and not everywhere")
    try:
        shutil.copytree(kept, results, dirs_exist_ok=True)
        yield lambda size: subprocess.run(
            ["mount", "-o", f"remount,size={size}", str(results)], check=True
        )
    finally:
        subprocess.run(["umount", "-l", str(results)], check=True)


def test_a_full_disk_costs_nothing_but_what_was_being_made(rerun, disk, finished):
    results, whole = rerun.folder / "results", products(finished.folder / "results")
    for path in (rerun.folder / ARM).glob("[a-z]*"):
        path.unlink()
    asked = f"{ARM}/metrics.csv", "--cores", "2"
    noting = Disturbed(rerun, asked, {}, seed=1)
    used = shutil.disk_usage(results).used
    for program, room in ROOMS.items():
        disk(used + room)
        run = rerun.snakemake(*asked)
        assert run.returncode == 1 and "Traceback" not in run.stdout
        reason = rf"^{program}: {ARM}/\S+ cannot be written: .*No space left on device"
        assert re.search(reason, run.stdout, re.MULTILINE), run.stdout
        assert not list(results.rglob("*.part"))
    stacks = {path: file for path, file in products(results).items() if ".shard-" in str(path)}
    assert products(results).items() - stacks.items() < whole.items()
    disk("64m")
    noting.finish()
    assert stacks and noting.trained_twice() == {}
    assert products(results) == whole
    assert left_over(results) == []
