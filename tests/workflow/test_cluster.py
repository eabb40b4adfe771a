"""Nothing is Slurm's alone: by another executor, jobs of their own give what a local run gives."""

import shutil
import subprocess
import time

import pytest
import yaml
from kills import products

pytestmark = pytest.mark.skipif(not shutil.which("setsid"), reason="there is no setsid here")

RESULTS = "results/smoke"
ARM = f"{RESULTS}/targeted/copies-0"
PROFILE = ("--profile", "profiles/cluster-generic", "--seconds-between-status-checks", "1")


def test_jobs_in_the_background_give_the_tables_of_a_local_run(rerun, finished):
    for path in (rerun.folder / ARM).glob("[a-z]*"):
        path.unlink()
    run = rerun.make(*PROFILE, f"{ARM}/metrics.csv")
    assert run.count("with external jobid") == 4  # two shards, observing, measuring
    assert len(list((rerun.folder / "logs/cluster").glob("train.*.log"))) == 2
    assert products(rerun.folder / RESULTS) == products(finished.folder / RESULTS)
    assert "Nothing to be done" in rerun.make("-n", f"{ARM}/metrics.csv")


def test_a_job_in_the_background_can_be_cancelled_with_all_that_it_started(root, tmp_path):
    profile = yaml.safe_load((root / "profiles/cluster-generic/profile.yaml").read_text("utf-8"))
    script = tmp_path / "script.sh"
    script.write_text("sleep 300 | cat; echo\n", "utf-8")
    submit = profile["cluster-generic-submit-cmd"].format(rule="train", jobid=7)
    found = subprocess.check_output(f'{submit} "{script}"', shell=True, cwd=tmp_path, text=True)
    job = int(found)
    subprocess.run([root / profile["cluster-generic-cancel-cmd"], str(job)], check=True)
    end = time.monotonic() + 20
    while subprocess.run(["ps", "-s", str(job)], stdout=subprocess.DEVNULL).returncode == 0:
        assert time.monotonic() < end, "the job lives on"
        time.sleep(0.05)


def test_its_script_is_one_for_a_shell_whatever_git_is_set_to(root, tmp_path):
    script = tmp_path / "cancel.sh"
    shutil.copy(root / ".gitattributes", tmp_path)
    shutil.copy(root / "profiles/cluster-generic/cancel.sh", script)
    before = script.read_bytes()

    def git(*said):
        subprocess.run(["git", "-c", "core.autocrlf=true", *said], cwd=tmp_path, check=True)

    git("init", "--quiet")
    git("add", ".")
    script.unlink()
    git("checkout", "--quiet", "--", script.name)
    assert script.read_bytes() == before
