"""Jobs through a real Slurm with one node and two pretend GPUs give what a local run gives.

Also where jobs are stopped on their way. One that is cancelled is tried again with more memory, one
that has to wait again is started by Slurm; both go on from where they were.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from kills import left_over, products, wait_for
from safetensors.numpy import load_file

ONE_NODE = Path(__file__).parent / "slurm" / "one_node.py"
DAEMONS = ("munged", "slurmctld", "slurmd")
INSTALL = (
    ["apt-get", "update"],
    ["apt-get", "install", "-y", "--no-install-recommends", "slurm-wlm", "munge"],
)
RESULTS = "results/smoke"
ARM = f"{RESULTS}/targeted/copies-3"
TARGET = f"{ARM}/metrics.csv"


def tiny(config):
    """Two shards of three stacks, each of which takes some seconds."""
    config["recipes"]["fast"]["epochs"] = 120
    config["catalogue"]["targeted"]["figures"].remove("epsilon")  # proves nothing with so few
    config["catalogue"]["targeted"]["scales"]["smoke"].update(
        models=6, machine={"models_per_shard": 3, "stack": 1}, shadow_groups=[6], draws=20
    )


@pytest.fixture(scope="module")
def slurm():
    """Slurm's programs, installed where that is allowed."""
    if all(map(shutil.which, DAEMONS)):
        return
    if os.geteuid() or not shutil.which("apt-get"):
        pytest.skip(f"{', '.join(DAEMONS)} are not all here, and only root with apt-get installs")
    if any(subprocess.run(step, stdout=subprocess.DEVNULL).returncode for step in INSTALL):
        pytest.skip("apt-get cannot install slurm-wlm and munge")


@pytest.fixture
def prepared(slurm, checkout):
    """A checkout with a tiny arm, of which only the training goes to Slurm, to save time."""
    checkout.configure(tiny)
    with (checkout.folder / "Snakefile").open("a") as snakefile:
        snakefile.write("localrules: prepare_data, design, observe, measure_inference\n")
    return checkout


def submitted(checkout, folder):
    """Snakemake, started in a Slurm of its own, whose files go to `folder`."""
    # Snakemake takes SIGINT as the wish to cancel its jobs; SIGTERM would wait for them.
    limit = ["timeout", "--signal", "INT", "--kill-after", "30", "240"]
    snakemake = checkout.command("--profile", "profiles/slurm-ci", TARGET)
    return subprocess.Popen(
        [sys.executable, ONE_NODE, folder, *limit, *snakemake],
        cwd=checkout.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def told(folder, *command):
    """What a command of that Slurm prints."""
    environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}
    return subprocess.check_output(command, env=environment, text=True)


def devices(folder):
    """The GPUs of all jobs that run."""
    return re.findall(r"GRES=gpu:1\(IDX:(\d)\)", told(folder, "scontrol", "-d", "show", "job"))


def number(folder, comment):
    """The number of the job whose comment ends so."""
    listed = told(folder, "squeue", "-ho%i %k").splitlines()
    (job,) = [line.split()[0] for line in listed if line.endswith(comment)]
    return job


def cancel(folder, job):
    """Cancel a job, as a time limit does."""
    told(folder, "scancel", job)


def requeue(folder, job):
    """Let a job wait again, as a queue that preempts does; but not for the usual two minutes.

    A node refuses a job whose credential is of the second in which it was stopped, or before.
    """
    told(folder, "scontrol", "requeue", job)
    wait_for(lambda: told(folder, "squeue", "-ho%T", "-j", job).strip() == "PENDING")
    told(folder, "scontrol", "update", f"JobId={job}", "StartTime=now+2")


def ends(folder):
    """{number: (how the job ended, its megabytes)}, as Slurm wrote it down."""
    text = (folder / "jobs.txt").read_text()
    found = re.findall(r"^JobId=(\d+) .*JobState=(\w+) .*mem=(\d+)M", text, re.MULTILINE)
    return {job: (state, int(memory)) for job, state, memory in found}


def test_slurm_gives_the_tables_of_a_local_run(prepared, tmp_path):
    local, folder = prepared.copy(tmp_path / "local"), tmp_path / "slurm"
    run = submitted(prepared, folder)
    stacks = [
        prepared.folder / ARM / f".shard-00{k}" / f"models-0000{3 * k}-0000{3 * k}.safetensors"
        for k in (0, 1)
    ]

    def until(condition):
        wait_for(lambda: condition() or run.poll() is not None)
        assert run.poll() is None, run.communicate()[0]

    spent, stop = {}, {0: requeue, 1: cancel}
    try:
        until(lambda: any(map(Path.exists, stacks)))
        until(lambda: len(devices(folder)) == 2)
        used = devices(folder)
        jobs = [number(folder, f"targeted_copies-3_00{k}") for k in stop]
        while stop:  # each as soon as it has trained something, however far the other is
            until(lambda: any(stacks[k].exists() for k in stop))
            k = next(k for k in stop if stacks[k].exists())
            spent[k] = load_file(stacks[k])["seconds"].item()
            stop.pop(k)(folder, jobs[k])
        again, job = jobs
        local.make("--cores", "1", TARGET)
        said, _ = run.communicate(timeout=300)
    finally:
        run.terminate()
        run.wait()
    assert run.returncode == 0, said

    # The cancelled job is reported with its logs, and tried again with twice the memory.
    found = ends(folder)
    assert found.pop(job) == ("CANCELLED", 3000), said
    assert [state for state, _ in found.values()] == ["COMPLETED"] * 2, said
    assert again in found
    assert 6000 in [memory for _, memory in found.values()]
    assert "Error in rule train" in said
    assert "logs/train/targeted/copies-3/001.log" in said
    assert re.search(r"rule_train/targeted_copies-3_001/\d+\.log", said)

    arm = prepared.folder / ARM
    manifests = [json.loads((arm / f"shard-00{k}.json").read_text()) for k in (0, 1)]
    # Of the jobs that were stopped: not trained again.
    assert [made["seconds"][0] for made in manifests] == [spent[0], spent[1]]
    assert sorted(used) == ["0", "1"]  # of the two jobs that trained at once
    assert {made["visible_devices"] for made in manifests} <= set(used)

    results = prepared.folder / RESULTS
    assert products(results) == products(local.folder / RESULTS)
    assert left_over(results) == []
    assert "Nothing to be done" in prepared.make("-n", TARGET)
