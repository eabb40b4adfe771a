"""The workflow under the other Pythons that README names, where the machine has them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from kills import without_seconds
from network import skip_if_unreached

MINORS = (11, 12, 13)
ENVIRONMENT = 8e9  # bytes of disk


def python_of(minor):
    """A Python 3 of this minor version that starts: on PATH, or beside this one, as pyenv lays."""
    beside = sorted(Path(sys.base_prefix).parent.glob(f"*3.{minor}.*/bin/python3"))
    for path in (shutil.which(f"python3.{minor}"), *map(str, beside)):
        if path and not subprocess.run([path, "-c", ""], capture_output=True).returncode:
            return path
    return None


def tables(checkout):
    results = checkout.folder / "results"
    return {path.relative_to(results): without_seconds(path) for path in results.rglob("*.csv")}


@pytest.fixture
def roomy(checkout):
    """A checkout with room for an environment of its own, which is not kept."""
    if shutil.disk_usage(checkout.folder).free < ENVIRONMENT:
        pytest.skip("there is no room for another environment")
    yield checkout
    shutil.rmtree(checkout.folder / ".venv", ignore_errors=True)


@pytest.mark.parametrize("minor", [each for each in MINORS if each != sys.version_info.minor])
def test_another_python_sets_itself_up_and_makes_the_same_tables(finished, roomy, minor):
    python = python_of(minor)
    if python is None:
        pytest.skip(f"there is no Python 3.{minor} here")
    making = subprocess.run(
        ["make", f"PYTHON={python}", ".venv/.ready"],
        cwd=roomy.folder,
        capture_output=True,
        text=True,
    )
    skip_if_unreached(making.stderr)
    assert making.returncode == 0, making.stderr
    _, *command = roomy.command("--cores", "2")
    found = subprocess.run(
        [".venv/bin/python", *command], cwd=roomy.folder, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr
    assert f"Python version: 3.{minor}." in found.stderr
    assert tables(roomy) == tables(finished)
