"""The workflow in another folder than its own, and as a module of another workflow."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from hostile import SHELL
from kills import products

from .conftest import Checkout


@pytest.fixture
def run_in(pristine):
    """run_in(folder, *arguments): Snakemake there, which must succeed; what it printed."""

    def run(folder, *arguments, **config):
        done = subprocess.run(
            pristine.command(*arguments, experiments="glm_mnist", **config),
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    return run


def test_another_folder_may_have_a_config_of_its_own(pristine, run_in, tmp_path):
    text = (pristine.folder / "config.yaml").read_text("utf-8")
    (tmp_path / "config.yaml").write_text(text.replace("seed: 2204", "seed: 7"), "utf-8")
    said = run_in(pristine.folder, "-d", str(tmp_path), "-np")
    assert '"seed":7' in said and '"seed":2204' not in said


@pytest.mark.parametrize(
    "harm", [Path.touch, Path.mkdir, os.mkfifo], ids=lambda harm: harm.__name__
)
def test_a_config_there_that_is_none_is_refused_by_its_name(pristine, tmp_path, harm):
    harm(tmp_path / "config.yaml")
    said = pristine.snakemake("-n", "-d", str(tmp_path), timeout=60).stdout
    assert re.search(r"^config\.yaml: found no (keys|file), allowed is", said, re.MULTILINE), said


MODULE = """
import yaml

module inner:
    snakefile: "{root}/Snakefile"
    config: yaml.safe_load(open("{root}/config.yaml")) | config
    prefix: "inside"

use rule * from inner as inner_*

rule mine:
    default_target: True
    input:
        rules.inner_all.input,
"""


def test_as_a_module_it_reads_where_it_writes(pristine, run_in, tmp_path):
    text = MODULE.format(root=pristine.folder)
    (tmp_path / "Snakefile").write_text(text, "utf-8")
    said = run_in(tmp_path, "-np")
    folder = "inside/results/smoke/glm_mnist"
    # What a program is told by name, and not as an input or output.
    assert f"--arms {folder}/family-ridge {folder}/family-logistic " in said
    assert f"python {pristine.folder}/scripts/draw.py " in said
    assert f"--claims {pristine.folder}/resources/claims.yaml " in said


def test_as_a_module_with_a_prefix_it_reads_the_users_own_files_where_they_are(pristine, tmp_path):
    """Also in the project's own folder, where its files have short names."""
    copy = pristine.copy(tmp_path / "copy")
    audit = {
        "data": {"file": "mine.csv", "label": "y"},
        "function": "mine:train",
        "policy": "mine.yaml",
        "show_records": True,
    }
    text = MODULE.format(root=copy.folder).replace(
        "| config", f"| config | {{'audits': {{'mine': {audit}}}}}"
    )
    (tmp_path / "outer.smk").write_text(text, "utf-8")
    for folder in (copy.folder, tmp_path):
        (folder / "mine.csv").write_text("x,y\n" + "1,0\n2,1\n" * 30, "utf-8")
        (folder / "mine.py").write_text("def train(x, y, seed): ...\n", "utf-8")
        preset = copy.folder / "resources/policies/report_only.yaml"
        (folder / "mine.yaml").write_bytes(preset.read_bytes())
        command = copy.command("inner_audit", "--snakefile", str(tmp_path / "outer.smk"), "-np")
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "--source=mine.csv " in done.stdout and "--policy=mine.yaml " in done.stdout
        assert "inside/results/audit/mine/report.html" in done.stdout


@pytest.fixture(scope="module")
def made(pristine, tmp_path_factory):
    """All of a small experiment, from another folder."""
    folder = tmp_path_factory.mktemp("elsewhere")
    project, results = folder / "my 'project' $(touch here)", folder / "my results"
    results.mkdir()

    def jobs(project, *arguments):
        there = ["--snakefile", str(project / "Snakefile"), "--directory", str(results)]
        return Checkout(project).done(*there, *arguments, experiments="glm_mnist")

    jobs(pristine.copy(project).folder, "--cores", "2")
    return folder, project, results, jobs


def test_a_project_and_its_results_may_have_names_with_spaces_and_signs(made):
    folder, _, results, _ = made
    assert (results / "results/smoke/ledger.md").exists()
    assert not list(folder.rglob("here"))


@pytest.fixture
def shell(tmp_path):
    """What a shell exports for other programs, and files there that would harm."""
    harms = {
        "shadow/numpy.py": "raise SystemExit('another numpy')",
        "shadow/truthserum.py": "raise SystemExit('another truthserum')",
        "matplotlibrc": "figure.dpi: 31\nfont.size: 30\nsavefig.transparent: True\n",
        "bashrc": "exit 3",
    }
    (tmp_path / "shadow").mkdir()
    for name, text in harms.items():
        (tmp_path / name).write_text(text, "utf-8")
    places = {"PYTHONPATH": "shadow", "MATPLOTLIBRC": "matplotlibrc", "BASH_ENV": "bashrc"}
    places = {name: str(tmp_path / place) for name, place in places.items()}
    words = {"LC_ALL": "C", "LANG": "tr_TR", "TZ": "Pacific/Chatham", "OMP_NUM_THREADS": "3"}
    return {**os.environ, **SHELL, **places, **words}


def shown(folder):
    """What is made for people and other programs, to the byte, but for what tells the time."""
    return products(folder) | {
        path.relative_to(folder): path.read_bytes()
        for suffix in ("png", "pdf", "md")
        for path in folder.rglob(f"*.{suffix}")
    }


def test_a_hostile_shell_changes_no_byte_of_it_as_a_module(made, shell):
    _, project, results, _ = made
    second = project / "second"
    second.mkdir()
    (second / "Snakefile").write_text(MODULE.format(root=project), "utf-8")
    command = Checkout(project).command("--cores", "2", experiments="glm_mnist")
    run = subprocess.run(
        command,
        cwd=second,
        env=shell,
        umask=0o077,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stdout
    for folder in ("results/smoke", "figures/smoke"):
        expected = shown(results / folder)
        assert expected and shown(second / "inside" / folder) == expected


def test_another_way_to_the_same_project_makes_nothing_again(made):
    """A link to it, and a project that has moved: what makes a result is as before.

    What counts claims reads files of the project, which Snakemake knows by name; that is cheap.
    """
    folder, project, _, jobs = made
    (folder / "link").symlink_to(project)
    assert jobs(folder / "link", "-n") == {}
    counting = {"derive_numbers", "write_statements", "write_ledger", "report_page"}
    assert jobs(project.rename(folder / "moved"), "-n").keys() == counting
