"""`--sdm conda` makes the environment of the lock, with a stand-in for conda."""

import os

import pytest
import yaml

# What Snakemake asks of conda, and where it says what it was told to make: like conda, it looks for
# files that an environment names beside the file that says so.
STAND_IN = """#!/bin/sh
case "$1 $2" in
"info --json") echo '{"conda_prefix": "/tmp", "platform": "linux-64"}' ;;
"--version "*) echo "conda 25.1.0" ;;
"config --"*) echo '{"get": {"channel_priority": "strict"}}' ;;
"env create")
    while [ $# -gt 0 ]; do [ "$1" = --file ] && file=$2; shift; done
    cp "$file" "$MADE/$$.yaml"
    cd "$(dirname "$file")" || exit 1
    for wanted in $(sed -n 's/^ *- -r \\(.*\\)$/\\1/p' "$file"); do
        [ -f "$wanted" ] || { echo "Could not open requirements file: $wanted"; exit 1; }
    done ;;
esac
"""


@pytest.fixture
def made(tmp_path, monkeypatch):
    """The folder of the files that the stand-in, which comes first on PATH, was given."""
    (tmp_path / "bin").mkdir()
    conda = tmp_path / "bin" / "conda"
    conda.write_text(STAND_IN, "utf-8")
    conda.chmod(0o755)
    (tmp_path / "made").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("MADE", str(tmp_path / "made"))
    return tmp_path / "made"


def test_one_environment_is_made_for_all_jobs_of_what_its_file_says(root, checkout, made):
    checkout.make("--cores", "1", "--sdm", "conda", "--conda-create-envs-only", scale="smoke")
    (given,) = made.iterdir()
    expected = yaml.safe_load((root / "envs" / "environment.yaml").read_text("utf-8"))
    assert yaml.safe_load(given.read_text("utf-8")) == expected
