"""What is kept of a product: by one process at a time, until the product is read."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from kills import wait_for

from truthserum.storage import kept

SCRIPTS = str(Path(__file__).resolve().parents[2] / "scripts")
HOLD = """
import sys, time
from pathlib import Path
from truthserum.storage.kept import alone
with alone(Path(sys.argv[1])) as folder:
    (folder / sys.argv[2]).touch()
    time.sleep(float(sys.argv[3]))
"""


def start(product, name, seconds):
    """A process that makes a file of this name in the folder and then holds it for a time."""
    command = [sys.executable, "-c", HOLD, str(product), name, str(seconds)]
    return subprocess.Popen(
        command, env=os.environ | {"PYTHONPATH": SCRIPTS}, stderr=subprocess.PIPE, text=True
    )


def test_a_second_process_waits_for_the_first_one_however_that_ends(tmp_path):
    product = tmp_path / "shard-000.safetensors"
    first = start(product, "first", 60)
    try:
        wait_for((kept.kept_of(product) / "first").exists, seconds=20)
        second = start(product, "second", 0)
        assert second.stderr.readline() == f"another process makes {product}: waiting for its end\n"
        assert not (kept.kept_of(product) / "second").exists()
        first.send_signal(signal.SIGKILL)
        assert second.wait(timeout=20) == 0
        assert (kept.kept_of(product) / "second").exists()
    finally:
        first.kill()
        first.communicate()
        second.communicate()


def test_other_products_are_not_waited_for(tmp_path):
    with kept.alone(tmp_path / "a.npz") as one, kept.alone(tmp_path / "b.npz") as other:
        assert one != other


def test_where_files_have_no_locks_work_goes_on(tmp_path, monkeypatch):
    def refuse(number):
        def flock(handle, operation):
            raise OSError(number, os.strerror(number))

        return flock

    monkeypatch.setattr(fcntl, "flock", refuse(errno.ENOLCK))
    with kept.alone(tmp_path / "a.npz") as folder:
        assert folder.is_dir()
    monkeypatch.setattr(fcntl, "flock", refuse(errno.EIO))
    with pytest.raises(OSError, match="Input/output"), kept.alone(tmp_path / "a.npz"):
        pass


def test_what_was_read_is_cleared_with_what_a_kill_left(tmp_path):
    product, other = tmp_path / "a.npz", tmp_path / "b.npz"
    for path in (product, other):
        with kept.alone(path) as folder:
            (folder / ".models-00002-00003.safetensors.1.part").write_bytes(b"half")
    kept.clear([product])
    assert [path.name for path in tmp_path.iterdir()] == [".b"]
    kept.clear([product])  # nothing is kept: nothing to do


def test_what_is_left_of_other_numbers_is_swept(tmp_path):
    shards = [tmp_path / f"shard-{k:03d}.safetensors" for k in range(3)]
    for shard in [*shards, tmp_path / "signals.npz", tmp_path / ".signals.npz.node.7.part"]:
        shard.touch()
    (tmp_path / ".shard-009.safetensors.node.4242.part").touch()
    for name in (".shard-007", ".signals"):
        (tmp_path / name).mkdir()
    with kept.alone(tmp_path / "shard-008.safetensors") as held:
        kept.sweep(shards)
    stay = {*shards, held, tmp_path / "signals.npz", tmp_path / ".signals"}
    assert set(tmp_path.iterdir()) == {*stay, tmp_path / ".signals.npz.node.7.part"}
