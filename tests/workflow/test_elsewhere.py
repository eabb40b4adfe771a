"""The workflow in another folder than its own, and as a module of another workflow."""

import subprocess

import pytest


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


def test_a_project_and_its_results_may_have_names_with_spaces_and_signs(pristine, tmp_path):
    """Every rule of a small experiment, from another folder, and of the pages across all."""
    checkout = pristine.copy(tmp_path / "my 'project' $(touch here)")
    folder = tmp_path / "my results"
    folder.mkdir()
    targets = [f"results/smoke/{name}" for name in ("ledger.md", "statements.md")]
    command = checkout.command(*targets, "--cores", "2", experiments="glm_mnist")
    command += ["--snakefile", str(checkout.folder / "Snakefile"), "--directory", str(folder)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert (folder / "results/smoke/ledger.md").exists()
    assert not list(tmp_path.rglob("here"))
