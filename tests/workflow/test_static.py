"""What can be said of the repository without running it."""

import ast
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
import yaml

# Where no part of the project may keep its files, and what would run code hidden in data.
FORBIDDEN = ["/wo" + "rk/", "allow_pickle=" + "True", "pickle." + "load", "torch." + "load("]
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 300, 60
# Where torch may be imported; elsewhere, only programs that train or observe come to it.
TORCH = {
    *("bench", "models", "training", "inference.defences", "inference.shard"),
    "audit.doors.by_recipe",
    *("extraction.models", "extraction.language", "extraction.continuations"),
    *("reconstruction.engine", "reconstruction.reconstructors"),
    *("reconstruction.views", "reconstruction.observe"),
}


@pytest.mark.parametrize(
    "command",
    [
        ["snakemake", "--lint"],
        ["snakefmt", "--check", "Snakefile", "rules"],
        ["ruff", "check", "--no-cache"],
        ["ruff", "format", "--check", "--no-cache"],
        ["mypy"],  # half a minute of one core, once
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_linters_and_formatters_have_nothing_to_say(root, command):
    module, *arguments = command
    run = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert run.returncode == 0, run.stdout


def pinned(root, lock="requirements.txt"):
    """Each entry of a pip lock, without comment and platform."""
    lines = (root / "envs" / lock).read_text("utf-8").splitlines()
    entries = (re.split("[#;]", line)[0].strip() for line in lines)
    return [entry for entry in entries if entry]


def test_every_package_has_one_version_with_what_is_optional(root):
    lines = [*pinned(root), *pinned(root, "jax.txt")]
    for line in lines:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9._+]+", line), line
    names = [re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower() for line in lines]
    assert len(set(names)) == len(names)


def test_the_running_environment_is_the_pinned_one(root):
    wrong = {}
    for line in pinned(root):
        name, _, wanted = line.partition("==")
        try:
            found = version(name).partition("+")[0]
        except PackageNotFoundError:
            continue  # of another platform
        if found != wanted:
            wrong[name] = (found, wanted)
    assert not wrong


def test_pre_commit_runs_the_locked_linters(root):
    locked = dict(line.split("==") for line in pinned(root))
    config = yaml.safe_load((root / ".pre-commit-config.yaml").read_text())
    found = {repo["repo"].rpartition("/")[2]: repo["rev"] for repo in config["repos"]}
    assert found == {
        "ruff-pre-commit": f"v{locked['ruff']}",
        "snakefmt": f"v{locked['snakefmt']}",
    }


def test_conda_installs_the_same_lock_which_is_in_its_file(root):
    # Snakemake copies the file elsewhere before conda reads it.
    environment = yaml.safe_load((root / "envs" / "environment.yaml").read_text())
    (pip,) = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    lines = (root / "envs" / "requirements.txt").read_text("utf-8").splitlines()
    entries = (line.partition("#")[0].strip() for line in lines)
    assert pip == [entry for entry in entries if entry]


def rules(root):
    """{name: text} of every rule; one in a loop is named further down, and stands further in."""
    found = {}
    for path in [root / "Snakefile", *sorted((root / "rules").glob("*.smk"))]:
        parts = re.split(r"^( *)rule ?(\w*):\n", path.read_text(), flags=re.MULTILINE)
        for indent, name, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            text = re.sub(f"^{indent}", "", text, flags=re.MULTILINE)
            found[name or re.search(r'name:\s+f"(.+)"', text)[1]] = text
    return found


def test_every_rule_that_runs_something_has_a_log_a_message_and_an_environment(root):
    running = {name: text for name, text in rules(root).items() if "\n    shell:" in text}
    assert {"train", "measure_{leak}", "draw_figure"} <= set(running)
    for name, text in running.items():
        for directive in ("log", "message", "conda"):
            assert f"    {directive}:\n" in text, f"{name}: {directive}"
        assert "\n    shell:\n        command(" in text, name  # which keeps its log


def test_no_shell_reads_a_path_unquoted(root):
    """The project, its results and a user's data may lie below a name with spaces, or with $()."""
    for name, text in rules(root).items():
        command = text.partition("\n    shell:")[2]
        assert not re.findall(r"\{(?:input|output|log)\b[^}:]*\}", command), name


def test_no_parameter_is_a_piece_of_a_command(root):
    for name, text in rules(root).items():
        assert '"--' not in text.partition("\n    shell:")[0], name


def test_a_job_that_is_tried_again_gets_more(root):
    for name, text in rules(root).items():
        assert not re.search(r"(runtime|mem_mb)=\d", text), name
    for path in (root / "profiles").glob("*/profile.yaml"):
        for line in path.read_text().splitlines():
            if re.match(r" *(runtime|mem_mb):", line):
                assert "* attempt" in line, f"{path.parent.name}: {line}"


def test_no_rule_runs_python_in_the_snakefile(root):
    for name, text in rules(root).items():
        assert not re.search(r"^    (run|script):", text, re.MULTILINE), name


def test_no_program_rule_or_test_is_long(root, files):
    for name in files:
        if name.suffix in (".py", ".smk"):
            assert len((root / name).read_text().splitlines()) <= MOST_LINES, name
    assert len((root / "config.yaml").read_text().splitlines()) < 90


def test_no_function_is_long(root):
    for path in (root / "scripts").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                length = node.end_lineno - node.lineno + 1
                assert length <= MOST_LINES_OF_A_FUNCTION, f"{path.name}: {node.name}"


def test_no_file_holds_what_is_forbidden(root, files):
    for name in files:
        try:
            text = (root / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # data
        for forbidden in FORBIDDEN:
            assert forbidden not in text, name


@pytest.fixture
def floors(root):
    """{room: its floor}, as CONTRIBUTING.md has them, from the ground up."""
    text = (root / "CONTRIBUTING.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d) \| (.+) \|$", text, re.MULTILINE)
    return {room: int(number) for number, names in rows for room in re.findall(r"`(\w+)`", names)}


def imports(path):
    """(module, names) of each import of a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: the fingerprint does not follow relative imports"
            yield node.module, [alias.name for alias in node.names]


def library(root):
    """(module, path) of each file of the library, packages' own files left out."""
    scripts = root / "scripts"
    for path in sorted((scripts / "truthserum").rglob("*.py")):
        if path.name != "__init__.py":
            yield ".".join(path.relative_to(scripts).with_suffix("").parts), path


def test_nothing_imports_upward(root, floors):
    """Nor, on the floor of the leaks, from another room."""
    leaks = floors["inference"]
    for module, path in library(root):
        room = module.split(".")[1]
        for imported, names in imports(path):
            if imported == "truthserum":
                below = set(names)
            else:
                below = {imported.split(".")[1]} if imported.startswith("truthserum.") else set()
            for other in below - {room}:
                assert floors[other] <= floors[room], f"{module} imports {other}"
                assert not floors[other] == floors[room] == leaks, f"{module} imports {other}"


def test_the_library_knows_no_workflow(root):
    for module, path in library(root):
        for imported, _ in imports(path):
            assert imported.split(".")[0] not in ("workflow", "snakemake", "program"), module


def test_only_the_registry_imports_by_name(root):
    # What is imported by name escapes the fingerprint.
    for module, path in library(root):
        names = {imported for imported, _ in imports(path)} - {"importlib.metadata"}
        if "importlib" in {imported.split(".")[0] for imported in names}:
            assert module == "truthserum.registry"


def test_torch_stays_below(root):
    for module, path in library(root):
        if "torch" in {imported.split(".")[0] for imported, _ in imports(path)}:
            assert any(f"{module}.".startswith(f"truthserum.{part}.") for part in TORCH), module


def test_what_programs_say_is_read_as_utf_8(root):
    """Else it is what the user's locale says. Of files, ruff sees to it (PLW1514)."""
    for path in root.glob("scripts/**/*.py"):
        assert "text=True" not in path.read_text("utf-8"), path


def test_packages_hold_no_code(root):
    # The fingerprint follows modules, not the packages that they are in.
    for path in Path(root, "scripts", "truthserum").rglob("__init__.py"):
        assert len(ast.parse(path.read_text()).body) == 1, path


def test_every_program_with_settings_checks_that_its_code_is_the_one_asked_for(root):
    texts = {path.stem: path.read_text() for path in (root / "scripts").glob("*.py")}
    programs = {name: text for name, text in texts.items() if "def main()" in text}
    with_settings = [name for name, text in programs.items() if re.search(r"parser\(__doc", text)]
    assert {"design", "measure"} <= set(with_settings)
    assert [name for name in with_settings if "parsed(" not in programs[name]] == []


def test_every_program_of_an_audit_throws_the_same_coins(root):
    # A seed with a name in it would give another program, or another audit, other coins.
    for path in [
        *(root / "scripts").glob("audit_*.py"),
        *(root / "scripts/truthserum/audit").rglob("*.py"),
    ]:
        assert "experiment_seed" not in path.read_text("utf-8"), path


def test_the_citation_names_both_papers_and_the_licence(root):
    citation = yaml.safe_load((root / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    papers = {re.search(r"\d{4}\.\d{5}", each["doi"])[0] for each in citation["references"]}
    assert papers == set(re.findall(r"abs/(\d{4}\.\d{5})", (root / "README.md").read_text()))
    assert (root / "LICENSE").read_text().startswith(f"{citation['license']} License")
