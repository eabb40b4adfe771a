"""However a run is asked to stop, it stops at once, leaves no program, and is not locked then."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kills import Run, wait_for

SNAKEMAKE = [sys.executable, "-m", "snakemake", "--cores", "1"]
SNAKEFILE = """
import sys
sys.path.insert(0, {scripts!r})
from workflow import end_jobs_when_asked, release_when_hung_up
if workflow.is_main_process:
    release_when_hung_up()
onstart:
    end_jobs_when_asked()
rule all:
    output: "done"
    shell: "test -e log || sleep 300 2>&1 | tee log; touch {{output}}"
"""
# To all processes, as a terminal and systemd do, or to Snakemake alone.
ASKED = {
    "Ctrl-C": (os.killpg, signal.SIGINT),
    "systemd": (os.killpg, signal.SIGTERM),
    "a closed terminal": (os.killpg, signal.SIGHUP),
    "kill -INT": (os.kill, signal.SIGINT),
    "docker stop": (os.kill, signal.SIGTERM),
    "kill -HUP": (os.kill, signal.SIGHUP),
}


@pytest.fixture(scope="module")
def running(root, tmp_path_factory):
    """{how to ask: (folder, process)} of runs whose only job sleeps, started at once."""
    runs = {}
    for name in ASKED:
        folder = tmp_path_factory.mktemp("run")
        text = SNAKEFILE.format(scripts=str(root / "scripts"))
        (folder / "Snakefile").write_text(text, "utf-8")
        runs[name] = folder, start(folder)
    yield runs
    for _, process in runs.values():
        process.kill()
        process.wait()


def start(folder):
    return subprocess.Popen(
        SNAKEMAKE,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=as_in_a_terminal,
    )


def as_in_a_terminal():
    """However the tests were started: in the background SIGINT is ignored, under nohup SIGHUP."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.parametrize("name", ASKED)
def test_a_run_that_is_asked_to_stop(running, name):
    folder, process = running[name]
    wait_for(Path(folder, "log").exists)
    if name == "systemd":  # two runs in one folder: the second is refused, and harms nothing
        second = start(folder)
        assert "--unlock" in second.communicate(timeout=60)[0]
        assert second.returncode == 1 and process.poll() is None
    ask, number = ASKED[name]
    ask(process.pid, number)
    asked = time.monotonic()
    assert process.wait(60) != 0
    wait_for(lambda: not Run(process).session())
    assert time.monotonic() - asked < 30
    assert start(folder).wait(60) == 0  # nothing is locked
    assert Path(folder, "done").exists()
