"""Jobs through a real Slurm with one node and two pretend GPUs give what a local run gives."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ONE_NODE = Path(__file__).parent / "slurm" / "one_node.py"
DAEMONS = ("munged", "slurmctld", "slurmd")
INSTALL = (
    ["apt-get", "update"],
    ["apt-get", "install", "-y", "--no-install-recommends", "slurm-wlm", "munge"],
)
ARM = "results/smoke/targeted/copies-3"
TABLES = ("metrics", "roc", "targets", "shadows", "scores")


def tiny(config):
    """Two shards of three models, an epoch each."""
    config["recipes"]["fast"]["epochs"] = 1
    config["catalogue"]["targeted"]["scales"]["smoke"].update(
        models=6, machine={"models_per_shard": 3, "stack": 3}, shadow_groups=[6], draws=20
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
    """A checkout with a tiny arm, whose short rules are kept out of Slurm to save time."""
    checkout.configure(tiny)
    with (checkout.folder / "Snakefile").open("a") as snakefile:
        snakefile.write("localrules: prepare_data, design, measure_inference\n")
    return checkout


def submit(checkout, folder, *arguments):
    """Run Snakemake in a Slurm of its own, whose files go to `folder`."""
    # Snakemake takes SIGINT as the wish to cancel its jobs; SIGTERM would wait for them.
    limit = ["timeout", "--signal", "INT", "--kill-after", "30", "150"]
    snakemake = checkout.command("--profile", "profiles/slurm-ci", *arguments)
    return subprocess.run(
        [sys.executable, ONE_NODE, folder, *limit, *snakemake],
        cwd=checkout.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=240,
    )


def ends(folder):
    """How each job ended, as Slurm wrote it down."""
    return re.findall(r"JobState=(\w+)", (folder / "jobs.txt").read_text())


def test_slurm_gives_the_tables_of_a_local_run(prepared, tmp_path):
    target = f"{ARM}/metrics.csv"
    local = prepared.copy(tmp_path / "local")
    local.make("--cores", "2", target)

    run = submit(prepared, tmp_path / "slurm", target)
    assert run.returncode == 0, run.stdout
    assert ends(tmp_path / "slurm") == ["COMPLETED"] * 3, run.stdout

    ours, theirs = prepared.folder / ARM, local.folder / ARM
    for table in TABLES:
        assert (ours / f"{table}.csv").read_bytes() == (theirs / f"{table}.csv").read_bytes()
    models = [pd.read_csv(arm / "models.csv").drop(columns="seconds") for arm in (ours, theirs)]
    pd.testing.assert_frame_equal(*models, check_exact=True)

    manifests = [json.loads(path.read_text()) for path in ours.glob("shard-*.json")]
    assert sorted(manifest["visible_devices"] for manifest in manifests) == ["0", "1"]

    again = submit(prepared, tmp_path / "again", target)
    assert "Nothing to be done" in again.stdout


def test_a_killed_job_is_reported_with_its_logs(prepared, tmp_path):
    prepared.edit(
        "scripts/train.py",
        "import torch\n",
        "import os\n\nos.kill(os.getpid(), 9)\n\nimport torch\n",
    )
    run = submit(prepared, tmp_path / "slurm", f"{ARM}/shard-000.safetensors")
    assert run.returncode == 1, run.stdout
    assert ends(tmp_path / "slurm") == ["FAILED"], run.stdout
    assert "Error in rule train" in run.stdout
    assert "logs/train/targeted/copies-3/000.log" in run.stdout
    assert re.search(r"rule_train/targeted_copies-3_000/\d+\.log", run.stdout)
    assert not list((prepared.folder / ARM).glob("shard-*"))
