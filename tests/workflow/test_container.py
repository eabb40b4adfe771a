"""The steps of the Dockerfile, as far as they go without a daemon, and what its image runs."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from fnmatch import fnmatch

import pytest

from .conftest import AS_NOBODY, NOBODY, as_root, clone


def steps(root):
    """[(instruction, rest of the line)] of the Dockerfile."""
    text = (root / "Dockerfile").read_text("utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


def test_the_image_has_what_git_tracks(root, files):
    """Nothing that git tracks is left out, and nothing that it ignores is copied."""
    lines = (root / ".dockerignore").read_text("utf-8").splitlines()
    patterns = [line for line in lines if not line.startswith("#")]
    tops = {str(parent) for path in files for parent in (path, *path.parents)}
    assert not [top for top in tops for pattern in patterns if fnmatch(top, pattern)]
    for ignored in (root / ".gitignore").read_text("utf-8").split():
        name = ignored.strip("/")
        assert any(fnmatch(name, pattern.removeprefix("**/")) for pattern in patterns), ignored


def test_the_environment_is_made_from_what_is_copied_before_it(root, tmp_path):
    for instruction, rest in steps(root):
        if instruction == "COPY" and rest != ". .":
            *sources, folder = rest.split()
            (tmp_path / folder).mkdir(exist_ok=True)
            for source in sources:
                shutil.copy(root / source, tmp_path / folder)
        if instruction == "RUN" and rest.startswith("make"):
            planned = subprocess.run(
                [*shlex.split(rest), "-n"], cwd=tmp_path, capture_output=True, text=True
            )
            assert planned.returncode == 0, planned.stderr
            for read in re.findall(r"envs/[\w.]+", planned.stdout):
                assert (tmp_path / read).is_file()
            break
    else:
        pytest.fail("the Dockerfile makes no environment")


@as_root
def test_anyone_may_run_what_is_somebody_elses(root, place):
    """The image's entry point as nobody, who can write to the mounted folder alone."""
    project, out = place / "project", place / "out"
    for folder in (project, out):
        folder.mkdir()
    os.chown(out, NOBODY, NOBODY)
    clone(project)
    said = dict(steps(root))
    there = said["ENTRYPOINT"].replace("/project/", f"{project}/").replace("/out", str(out))
    program, *arguments = json.loads(there)
    assert program == str(project / ".venv/bin/snakemake")
    variables = (pair.split("=") for pair in said["ENV"].split())
    made = "results/smoke/data/mnist-300-100.npz"
    smoke = ["--config", "scale=smoke", "experiments=glm_mnist", "audits=[]"]
    run = subprocess.run(
        [*AS_NOBODY, sys.executable, "-m", "snakemake", *arguments, "--cores", "1", made, *smoke],
        cwd=project,
        env={"PATH": os.environ["PATH"], **{name: f"{out}{path}" for name, path in variables}},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert run.returncode == 0, run.stdout
    assert (out / made).is_file()
    assert not (project / "results").exists()
