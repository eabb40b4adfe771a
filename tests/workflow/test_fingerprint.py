"""What changes a fingerprint, and with it what is run again."""

import shutil
import subprocess
import sys

import pytest

from truthserum import registry
from workflow import fingerprint as module
from workflow.fingerprint import closure, fingerprint

LOCKSTEP = "truthserum/training/lockstep.py"


@pytest.fixture
def scripts(root, tmp_path, monkeypatch):
    """A copy of scripts/ that is fingerprinted instead; `scripts.edit` changes a file of it."""
    folder = tmp_path / "scripts"
    shutil.copytree(root / "scripts", folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(module, "SCRIPTS", folder)
    module._parsed.cache_clear()
    yield folder
    module._parsed.cache_clear()


def edit(scripts, name, old, new):
    path = scripts / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    module._parsed.cache_clear()


def training(model="cnn"):
    return fingerprint("train_shard", game=["membership"], model=[model])


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (LOCKSTEP, "CHECK_EVERY = 50  #", "CHECK_EVERY = 50  # changed,"),
        (LOCKSTEP, '"""K models trained', '"""Many models trained'),
        (LOCKSTEP, '    """The loss of a model is not finite."""\n', '    """Changed."""\n'),
        (LOCKSTEP, "CHECK_EVERY = 50", "CHECK_EVERY = (\n    50\n)"),
        (LOCKSTEP, "import torch\n", "import torch\n\n\n"),
        ("truthserum/data/files.py", '"""The files of a data set', '"""Files of a data set'),
        ("truthserum/models/cnn.py", '"""Filters of the first', '"""Kernels of the first'),
        ("truthserum/sentences.py", "is missing, found", "is not there, found"),
    ],
    ids=[
        *("comment", "module docstring", "class docstring", "brackets", "lines", "attribute"),
        *("option", "sentence"),
    ],
)
def test_comments_docstrings_and_layout_do_not_count(scripts, name, old, new):
    before = training()
    edit(scripts, name, old, new)
    assert training() == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (LOCKSTEP, ".mean(1)", ".mean(1) * 2"),
        (LOCKSTEP, "loss.sum()", "loss.mean()"),
        ("truthserum/seeds.py", "WEIGHTS = 3", "WEIGHTS = 30"),
        ("truthserum/games/membership.py", "rng.integers(1, classes", "rng.integers(0, classes"),
        ("truthserum/models/cnn.py", "width: Count = 16", "width: Count = 32"),
        ("train_shard.py", "recipe.batch * len(models)", "recipe.batch"),
        ("program.py", "indent=2", "indent=4"),
    ],
)
def test_code_counts(scripts, name, old, new):
    before = training()
    edit(scripts, name, old, new)
    assert training() != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("truthserum/models/mlp.py", "= (128,)", "= (64,)"),
        ("truthserum/models/wrn.py", "10, 16, 22,", "10, 16,"),
        ("truthserum/plots/style.py", "#0072b2", "#ff0000"),
        ("truthserum/attacks/lira.py", '"online"', '"on"'),
        ("truthserum/statistics/measures.py", "def ", "def _"),
        ("measure.py", "def main", "def _main"),
        ("workflow/experiments.py", "def ", "def _"),
        ("truthserum/registry.py", '"cnn": ', '"new": "truthserum.models.new:New",\n"cnn": '),
    ],
)
def test_what_training_does_not_run_does_not_count(scripts, name, old, new):
    before = training()
    edit(scripts, name, old, new)
    assert training() == before


def test_the_chosen_plugin_counts(scripts):
    before = training("mlp")
    assert before != training("cnn")
    edit(scripts, "truthserum/models/mlp.py", "(128,)", "(64,)")
    assert training("mlp") != before


def test_a_new_import_enlarges_the_closure(scripts):
    before = training()
    (scripts / "truthserum" / "new.py").write_text("ANSWER = 42\n")
    assert training() == before
    edit(scripts, LOCKSTEP, "import torch\n", "import torch\nfrom truthserum import new\n")
    assert "truthserum.new" in closure("train_shard")
    imported = training()
    (scripts / "truthserum" / "new.py").write_text("ANSWER = 43\n")
    module._parsed.cache_clear()
    assert len({before, imported, training()}) == 3


def test_a_figure_counts_for_itself_alone(scripts):
    before = {name: fingerprint("draw", figure=[name]) for name in registry.names("figure")}
    edit(scripts, "truthserum/plots/tpr.py", "NEEDS =", "ANSWER = 42\nNEEDS =")
    after = {name: fingerprint("draw", figure=[name]) for name in registry.names("figure")}
    assert {name for name in before if before[name] != after[name]} == {"tpr"}


def test_the_look_counts_for_every_figure(scripts):
    before = {fingerprint("draw", figure=[name]) for name in registry.names("figure")}
    edit(scripts, "truthserum/plots/style.py", "#0072b2", "#ff0000")
    after = {fingerprint("draw", figure=[name]) for name in registry.names("figure")}
    assert not before & after


def packages(*modules):
    """The packages of the library in the closure of some modules."""
    return {name.split(".")[1] for name in closure(*modules) if name.count(".") >= 2}


def test_training_depends_on_no_later_stage():
    found = packages(
        "train_shard", "truthserum.inference.games.membership", "truthserum.models.cnn"
    )
    assert {"training", "models", "games"} <= found
    assert not found & {"plots", "attacks", "statistics", "report"}


@pytest.mark.parametrize("program", ["draw", "measure", "ledger"])
def test_what_comes_after_the_models_depends_on_no_training(program):
    assert not packages(program) & {"training", "models", "games"}


def imported(root, *modules):
    """Every module that a fresh Python has after importing some."""
    program = (
        "import sys; sys.path.insert(0, 'scripts')\nfor name in sys.argv[1:]: __import__(name)"
    )
    command = [sys.executable, "-c", f"{program}\nprint(*sys.modules)", *modules]
    run = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True)
    return set(run.stdout.split())


def test_drawing_and_measuring_import_no_torch(root):
    figures = [registry.module_of("figure", name) for name in registry.names("figure")]
    attacks = [registry.module_of("attack", name) for name in registry.names("attack")]
    found = imported(root, "draw", "measure", *figures, *attacks)
    assert "matplotlib" in found
    assert "torch" not in found


def test_reading_the_snakefile_imports_nothing_slow(root):
    plugins = [
        registry.module_of(kind, name)
        for kind in ("game", "attack")
        for name in registry.names(kind)
    ]
    found = imported(root, "workflow.experiments", *plugins)
    assert not found & {"torch", "pandas", "matplotlib"}
