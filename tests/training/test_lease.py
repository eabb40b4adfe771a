import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from kills import wait_for

from truthserum.training import lease as leases
from truthserum.training.lease import lease

SCRIPTS = Path(leases.__file__).parents[2]


def held(folder, identifier):
    """Whether some process holds the lock."""
    with (folder / f"{identifier}-0.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_a_lease_is_held_for_the_block_and_the_environment_restored(tmp_path):
    environment = {"HOME": "/"}
    with lease(["a", "b"], tmp_path, environment) as first:
        assert first == "a"
        assert environment == {"HOME": "/", "CUDA_VISIBLE_DEVICES": "a"}
        other = {}
        with lease(["a", "b"], tmp_path, other) as second:
            assert (second, other["CUDA_VISIBLE_DEVICES"]) == ("b", "b")
            assert held(tmp_path, "a")
            assert held(tmp_path, "b")
    assert environment == {"HOME": "/"}
    assert not held(tmp_path, "a")


def test_a_gpu_has_as_many_places_as_jobs_may_share_it_and_all_gpus_are_used_first(tmp_path):
    with ExitStack() as stack:
        shared = [{leases.SHARING: "2"} for _ in range(4)]
        taken = [stack.enter_context(lease(["a", "b"], tmp_path, each)) for each in shared]
        assert taken == ["a", "b", "a", "b"]
        assert leases._first_free(["a", "b"], 2, tmp_path) is None


def test_an_error_in_the_block_frees_the_lease(tmp_path):
    environment = {}
    with pytest.raises(KeyError), lease(["a"], tmp_path, environment):
        raise KeyError
    assert environment == {}
    assert not held(tmp_path, "a")


@pytest.mark.parametrize("chosen", ["3", ""])
def test_what_the_scheduler_chose_stays(tmp_path, chosen):
    environment = {"CUDA_VISIBLE_DEVICES": chosen}
    with lease(["a"], tmp_path, environment) as identifier:
        assert identifier is None
    assert environment == {"CUDA_VISIBLE_DEVICES": chosen}
    assert list(tmp_path.iterdir()) == []


def test_of_several_gpus_that_a_user_chose_one_is_leased(tmp_path):
    environment = {leases.VISIBLE: "2,3"}
    with lease(["2", "3"], tmp_path, environment) as first:
        assert (first, environment[leases.VISIBLE]) == ("2", "2")
        with lease(["2", "3"], tmp_path, {leases.VISIBLE: "2,3"}) as second:
            assert second == "3"
    assert environment == {leases.VISIBLE: "2,3"}


def test_jobs_with_other_folders_for_temporary_files_see_each_others_locks(monkeypatch, tmp_path):
    """As a scheduler gives each of its jobs one."""
    places = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv("TMPDIR", str(tmp_path / name))
        command = [
            sys.executable,
            "-c",
            "from truthserum.training import lease; print(lease.LOCKS)",
        ]
        ran = subprocess.run(
            command, env=os.environ | {"PYTHONPATH": str(SCRIPTS)}, capture_output=True, text=True
        )
        places.append(ran.stdout.strip())
    assert places[0] and places[0] == places[1]


def test_nothing_to_lease(tmp_path):
    with lease([], tmp_path, {}) as identifier:
        assert identifier is None
    assert list(tmp_path.iterdir()) == []


HOLDER = """
import os, sys, time
from pathlib import Path
from truthserum.training import lease
folder, journal, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
lease.LOOK_EVERY = 0.01
def note(event):
    line = f"{time.monotonic()} {event} {os.environ['CUDA_VISIBLE_DEVICES']} {os.getpid()}\\n"
    file = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, line.encode())
with lease.lease(["0", "1"], folder):
    note("begin")
    time.sleep(seconds)
    note("end")
"""


def start(tmp_path, seconds):
    """A process that notes when it holds which of two pretended GPUs."""
    environment = {k: v for k, v in os.environ.items() if k != "CUDA_VISIBLE_DEVICES"}
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path / "locks", tmp_path / "journal", str(seconds)],
        env=environment | {"PYTHONPATH": str(SCRIPTS)},
    )


def journal(tmp_path):
    path = tmp_path / "journal"
    lines = path.read_text().splitlines() if path.exists() else []
    return sorted((float(when), *rest) for when, *rest in map(str.split, lines))


def test_eight_processes_never_share_a_gpu(tmp_path):
    processes = [start(tmp_path, 0.5) for _ in range(8)]  # longer than between two starts
    assert [process.wait(timeout=60) for process in processes] == [0] * 8
    events = journal(tmp_path)
    holding, most = {}, 0
    for _, event, identifier, process in events:
        if event == "begin":
            assert identifier not in holding, "two processes hold one GPU"
            holding[identifier] = process
        else:
            assert holding.pop(identifier) == process
        most = max(most, len(holding))
    assert len(events) == 16
    assert most == 2, "two GPUs were never used at once"


def test_a_killed_process_frees_its_gpu(tmp_path):
    holders = [start(tmp_path, 60), start(tmp_path, 60)]
    try:
        wait_for(lambda: len(journal(tmp_path)) == 2, seconds=20)
        waiting = start(tmp_path, 0)
        holders.append(waiting)
        time.sleep(0.3)
        assert waiting.poll() is None
        holders[0].send_signal(signal.SIGKILL)
        assert waiting.wait(timeout=60) == 0
        freed = next(gpu for _, _, gpu, pid in journal(tmp_path) if int(pid) == holders[0].pid)
        assert {gpu for _, _, gpu, pid in journal(tmp_path) if int(pid) == waiting.pid} == {freed}
    finally:
        for process in holders:
            process.kill()
            process.wait()
