"""A run that could not write what it makes does not begin."""

import os
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from truthserum.sentences import OptionError
from workflow.folders import check_files, check_names, check_writable

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


@pytest.mark.parametrize("place", range(3))
def test_a_path_that_is_taken_for_something_else_is_refused(place):
    odd, signs = (("/a{b", "{ or }"), ("/b}c", "{ or }"), ("/07:30/bin", ":"))[place]
    folders = [Path("/it's 100% #1")] * 3
    check_names(*folders)
    folders[place] = Path(odd)
    with pytest.raises(OptionError, match=f"^{odd}: found {signs} in the path, which .*, allowed"):
        check_names(*folders)


def test_results_in_such_a_folder_are_refused_before_snakemake_stumbles(pristine, tmp_path):
    (tmp_path / "{my.results}").mkdir()
    said = pristine.snakemake("-d", str(tmp_path / "{my.results}"), "--cores", "1").stdout
    assert "{my.results}: found { or } in the path" in said and "Traceback" not in said


def test_what_is_read_is_not_of_tomorrow_unless_it_is_made_again(tmp_path):
    given, made = (str(tmp_path / name) for name in ("given.csv", "made.csv"))
    for path in (given, made):
        Path(path).touch()
        os.utime(path, (time.time() + 86400,) * 2)
    jobs = [SimpleNamespace(input=[made, f"{made}.absent"], output=[f"{made}.end"])]
    making = SimpleNamespace(input=[], output=[made])
    check_files([*jobs, making])
    said = r"found the date \d{4}-\S+ \S+, allowed are dates up to now; .*, or `touch` the file$"
    with pytest.raises(OptionError, match=f"^{made}: {said}"):
        check_files(jobs)
    with pytest.raises(OptionError, match=f"^{given}: {said}"):
        check_files([*jobs, making, SimpleNamespace(input=[given], output=[])])


def test_a_users_file_of_tomorrow_is_refused_before_the_first_job(checkout):
    given = "examples/audit/adult.csv"
    os.utime(checkout.folder / given, (time.time() + 86400,) * 2)
    example = "--configfile", "examples/audit/forest.yaml"
    run = checkout.snakemake("results/audit/forest/records.npz", "--cores", "1", *example)
    assert run.returncode == 1 and f"{given}: found the date" in run.stdout
    assert "audit_read:" not in run.stdout and "Traceback" not in run.stdout


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
