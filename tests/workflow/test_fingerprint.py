"""What changes a fingerprint, and with it what is run again."""

import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from truthserum import registry
from truthserum.data.catalogue import SETS
from workflow import fingerprint as module
from workflow.fingerprint import closure, fingerprint

LOCKSTEP = "truthserum/training/lockstep.py"
TRAINING = {"audit_recipe", "observe", "pretrain", "rehearse", "shards", "train"}
STAGES = ("train", "observe", "measure")
MEMBERSHIP = "truthserum/inference/games/membership.py"


def forget():
    """Read files again, as another process would."""
    module._parsed.cache_clear()
    module._hashed.cache_clear()


@pytest.fixture
def scripts(root, tmp_path, monkeypatch):
    """A copy of scripts/ that is fingerprinted instead; `scripts.edit` changes a file of it."""
    folder = tmp_path / "scripts"
    shutil.copytree(root / "scripts", folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(module, "SCRIPTS", folder)
    forget()
    yield folder
    forget()


def edit(scripts, name, old, new):
    path = scripts / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    forget()


def training(model="cnn"):
    return fingerprint("train", train=["inference"], game=["membership"], model=[model])


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (LOCKSTEP, "CHECK_EVERY = 50  #", "CHECK_EVERY = 50  # changed,"),
        (LOCKSTEP, '"""K models trained', '"""Many models trained'),
        (LOCKSTEP, '    """The loss of a model is not finite."""\n', '    """Changed."""\n'),
        (LOCKSTEP, "CHECK_EVERY = 50", "CHECK_EVERY = (\n    50\n)"),
        (LOCKSTEP, "import torch\n", "import torch\n\n\n"),
        ("truthserum/storage/files.py", '"""The files of a data set', '"""Files of a data set'),
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
        ("truthserum/training/losses.py", ".mean(1)", ".mean(1) * 2"),
        ("truthserum/training/apart.py", "WARM = 3", "WARM = 4"),
        (LOCKSTEP, "losses.sum()", "losses.mean()"),
        ("truthserum/seeds.py", "WEIGHTS = 3", "WEIGHTS = 30"),
        (
            "truthserum/inference/games/membership.py",
            "rng.integers(1, classes",
            "rng.integers(0, classes",
        ),
        ("truthserum/models/cnn.py", "width: Count = 16", "width: Count = 32"),
        ("truthserum/inference/train.py", ".work * len(job.models)", ".work"),
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
        ("truthserum/plots/style.py", "colorblind", "deep"),
        ("truthserum/inference/attacks/lira.py", '"online"', '"on"'),
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
    assert "truthserum.new" in closure("train")
    imported = training()
    (scripts / "truthserum" / "new.py").write_text("ANSWER = 43\n")
    forget()
    assert len({before, imported, training()}) == 3


def test_what_is_imported_for_types_alone_does_not_count(scripts):
    before = training()
    edit(
        scripts,
        LOCKSTEP,
        "\n\nclass",
        "\n\nif TYPE_CHECKING:\n    from truthserum import columns\n\nclass",
    )
    assert training() == before
    assert "truthserum.columns" not in closure("truthserum.training.lockstep")


@pytest.mark.parametrize(
    ("change", "counts"), [({"classes": 11}, True), ({"origin": "other"}, False)]
)
def test_of_an_image_set_what_is_decoded_counts(monkeypatch, change, counts):
    before = {name: module.code_of("prepare_data", {"set": name}) for name in ("mnist", "svhn")}
    monkeypatch.setitem(SETS, "mnist", replace(SETS["mnist"], **change))
    after = {name: module.code_of("prepare_data", {"set": name}) for name in before}
    assert {name for name in before if before[name] != after[name]} == (
        {"mnist"} if counts else set()
    )


def test_a_figure_counts_for_itself_alone(scripts):
    before = {name: fingerprint("draw", figure=[name]) for name in registry.names("figure")}
    edit(scripts, "truthserum/inference/figures/tpr.py", "NEEDS =", "ANSWER = 42\nNEEDS =")
    after = {name: fingerprint("draw", figure=[name]) for name in registry.names("figure")}
    assert {name for name in before if before[name] != after[name]} == {"tpr"}


def test_the_look_counts_for_every_figure(scripts):
    before = {fingerprint("draw", figure=[name]) for name in registry.names("figure")}
    edit(scripts, "truthserum/plots/style.py", "colorblind", "deep")
    after = {fingerprint("draw", figure=[name]) for name in registry.names("figure")}
    assert not before & after


def test_what_a_column_means_counts_for_no_result(scripts):
    chosen = {stage: fingerprint(stage, **{stage: ["inference"]}) for stage in STAGES}
    edit(scripts, "truthserum/inference/columns.py", '"row of the pool"', '"another meaning"')
    assert chosen == {stage: fingerprint(stage, **{stage: ["inference"]}) for stage in STAGES}


def test_what_a_column_means_counts_for_the_documents_that_say_it(scripts):
    before = module.code_of("documents", {})
    edit(scripts, "truthserum/inference/columns.py", '"row of the pool"', '"another meaning"')
    assert module.code_of("documents", {}) != before


def packages(*modules):
    """The packages of the library in the closure of some modules."""
    return {name.split(".")[1] for name in closure(*modules) if name.count(".") >= 2}


def test_training_depends_on_no_later_stage():
    stage = registry.module_of("train", "inference")
    chosen = registry.module_of("game", "membership"), registry.module_of("model", "cnn")
    assert {"training", "models", "inference"} <= packages("train", stage, *chosen)
    assert not packages("train", stage, *chosen) & {"plots", "statistics", "findings"}
    later = ("truthserum.inference.attacks", "truthserum.inference.tables")
    assert not [name for name in closure("train", stage, *chosen) if name.startswith(later)]


@pytest.mark.parametrize("leak", registry.names("train"))
def test_editing_a_table_or_a_figure_of_a_leak_retrains_nothing(scripts, leak):
    def stages():
        own = {stage: fingerprint(stage, **{stage: [leak]}) for stage in STAGES}
        return own | {"design": fingerprint("design", game=registry.within("game", leak))}

    before, edited = stages(), set()
    for path in (scripts / "truthserum" / leak).rglob("*.py"):
        if path.name in ("tables.py", "results.py", "measure.py") or path.parent.name == "figures":
            path.write_text(path.read_text() + "\nANSWER = 42\n")
            edited.add(path.name)
    forget()
    assert "measure.py" in edited
    changed = {stage for stage, found in stages().items() if found != before[stage]}
    assert changed == {"measure"}


@pytest.mark.parametrize("leak", registry.names("measure"))
def test_editing_a_figure_of_a_leak_measures_nothing_again(scripts, leak):
    """Nor fits anything: where nothing is trained, models are fitted when they are measured."""
    before = fingerprint("measure", measure=[leak])
    for path in (scripts / "truthserum" / leak / "figures").glob("*.py"):
        path.write_text(path.read_text() + "\nANSWER = 42\n")
    forget()
    assert fingerprint("measure", measure=[leak]) == before


@pytest.mark.parametrize("program", ["draw", "measure", "ledger"])
def test_what_comes_after_the_models_depends_on_no_training(program):
    assert not packages(program) & {"training", "models", "inference"}


def imported(root, *modules):
    """Every module that a fresh Python has after importing some."""
    program = (
        "import sys; sys.path.insert(0, 'scripts')\nfor name in sys.argv[1:]: __import__(name)"
    )
    command = [sys.executable, "-c", f"{program}\nprint(*sys.modules)", *modules]
    run = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True)
    return set(run.stdout.split())


def test_only_programs_that_compute_with_networks_import_torch(root):
    programs = {path.stem for path in (root / "scripts").glob("*.py")} - TRAINING
    kinds = ("figure", "attack", "measure")
    plugins = [registry.module_of(kind, name) for kind in kinds for name in registry.names(kind)]
    found = imported(root, *programs, *plugins)
    assert "matplotlib" in found
    assert not found & {"torch", "torchvision"}


def test_reading_the_snakefile_imports_nothing_slow(root):
    folder = root / "scripts" / "workflow"
    read = [f"workflow.{path.stem}" for path in folder.glob("*.py") if path.stem != "__init__"]
    kinds = ("game", "attack", "experiment")
    plugins = [registry.module_of(kind, name) for kind in kinds for name in registry.names(kind)]
    found = imported(root, *read, *plugins)
    assert not found & {"torch", "pandas", "matplotlib", "scipy.optimize", "scipy.stats"}


def test_a_timed_task_counts_with_the_plug_ins_that_it_names():
    task = {"training": {"model": {"cnn": {"width": 4}}, "stack": 2}}
    found = module.plugins_of("bench", {"task": task, "precision": "auto"})
    assert {kind: names for kind, names in found.items() if names} == {
        "bench": ["training"],
        "model": ["cnn"],
    }
