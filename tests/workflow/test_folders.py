"""A run that could not write what it makes does not begin."""

import os
import subprocess
from pathlib import Path

import pytest

from truthserum.sentences import OptionError
from workflow.folders import check_writable

from .conftest import AS_NOBODY, NOBODY, as_root, clone

MADE = "results/smoke/data/mnist-300-100.npz"


@pytest.mark.parametrize("name", ["results", "results/smoke", "results/smoke/arm"])
def test_the_nearest_folder_that_is_there_must_be_writable(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path(name).mkdir(parents=True)
    asked = ["results/smoke/arm/metrics.csv", "results/smoke/arm/new/more.csv"]
    check_writable(asked)
    check_writable([])
    monkeypatch.setattr(os, "access", lambda path, _: str(path) != name)  # root may write anywhere
    with pytest.raises(OptionError, match=f"^{name}: found a folder that cannot be written to, al"):
        check_writable(asked)


def test_a_file_or_a_broken_link_in_the_place_of_a_folder_is_none(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("file", "link"):
        with pytest.raises(OptionError, match=f"{name}: found a folder that cannot be written"):
            check_writable([str(tmp_path / name / "metrics.csv")])


@as_root
def test_it_is_said_before_the_first_job_and_a_dry_run_is_no_matter(place):
    checkout = clone(place / "project")
    os.chown(place / "project", NOBODY, NOBODY)
    (place / "project" / "results").mkdir(mode=0o755)

    def run(*more):
        return subprocess.run(
            [*AS_NOBODY, *checkout.command("--cores", "1", *more, MADE, experiments="glm_mnist")],
            cwd=checkout.folder,
            env={"PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(place / "project" / "cache")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    assert run("-n").returncode == 0
    found = run()
    assert found.returncode == 1 and "Traceback" not in found.stdout
    assert "results: found a folder that cannot be written to, allowed is one" in found.stdout
    assert "prepare_data:" not in found.stdout
