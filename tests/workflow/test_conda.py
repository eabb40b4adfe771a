"""`--sdm conda` makes the environment of the lock and runs jobs in it, with a stand-in for conda.

With a real one, each run of the tests would ask a server and unpack gigabytes; what it makes of the
file is its own. Snakemake's part and ours are real: which environment, made once, and whose Python.
"""

import os
import sys
from pathlib import Path

import pytest
import yaml

# What Snakemake asks of conda, and where it says what it was told to make: like conda, it looks for
# files that an environment names beside the file that says so. The environment it makes has this
# Python, which says what it is started with.
CONDA = """#!/bin/sh
case "$1 $2" in
"info --json") echo '{"conda_prefix": "FOLDER", "platform": "linux-64"}' ;;
"--version "*) echo "conda 25.1.0" ;;
"config --"*) echo '{"get": {"channel_priority": "strict"}}' ;;
"env create")
    while [ $# -gt 0 ]; do
        case "$1" in --file) file=$2 ;; --prefix) prefix=$2 ;; esac
        shift
    done
    cp "$file" "FOLDER/made/$$.yaml"
    cd "$(dirname "$file")" || exit 1
    for wanted in $(sed -n 's/^ *- -r \\(.*\\)$/\\1/p' "$file"); do
        [ -f "$wanted" ] || { echo "Could not open requirements file: $wanted"; exit 1; }
    done
    mkdir -p "$prefix/bin"
    printf '#!/bin/sh\\necho "$1" >>FOLDER/started\\nexec PYTHON "$@"\\n' >"$prefix/bin/python"
    chmod +x "$prefix/bin/python" ;;
esac
"""
ACTIVATE = 'export PATH="$1/bin:$PATH"\n'
DATA = "results/smoke/data/mnist-600-200.npz"


@pytest.fixture
def conda(tmp_path, monkeypatch):
    """The folder of the stand-in, which comes first on PATH: with the files that it was given."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "made").mkdir()
    (tmp_path / "bin" / "activate").write_text(ACTIVATE, "utf-8")
    conda = tmp_path / "bin" / "conda"
    text = CONDA.replace("FOLDER", str(tmp_path)).replace("PYTHON", sys.executable)
    conda.write_text(text, "utf-8")
    conda.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def test_one_environment_is_made_for_all_jobs_of_what_its_file_says(root, checkout, conda):
    checkout.make("--cores", "1", "--sdm", "conda", "--conda-create-envs-only", scale="smoke")
    (given,) = (conda / "made").iterdir()
    expected = yaml.safe_load((root / "envs" / "environment.yaml").read_text("utf-8"))
    assert yaml.safe_load(given.read_text("utf-8")) == expected


def test_a_job_runs_in_that_environment_which_is_made_once(checkout, conda):
    asked = (DATA, "--cores", "1", "--sdm", "conda")
    checkout.make(*asked, experiments="glm_mnist")
    (started,) = (conda / "started").read_text("utf-8").split()
    assert Path(started).name == "prepare_data.py"
    assert (checkout.folder / DATA).stat().st_size > 100_000
    assert "Nothing to be done" in checkout.make(*asked, experiments="glm_mnist")
    assert len(list((conda / "made").iterdir())) == 1
