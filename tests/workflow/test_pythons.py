"""The workflow under the other Pythons that README names, where the machine has them."""

import os
import shutil
import subprocess

import pytest
from kills import without_seconds
from network import skip_if_unreached
from pythons import MINORS, python_of

ENVIRONMENT = 8e9  # bytes of disk


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


@pytest.mark.parametrize("minor", MINORS)
def test_another_python_sets_itself_up_and_makes_the_same_tables(finished, roomy, minor):
    python = python_of(minor)
    if python is None:
        pytest.skip(f"there is no Python 3.{minor} here")
    # As in most shells: what is imported is compiled once, and not all of it by pip.
    shell = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    making = subprocess.run(
        ["make", f"PYTHON={python}", ".venv/.ready"],
        cwd=roomy.folder,
        env=shell,
        capture_output=True,
        text=True,
    )
    skip_if_unreached(making.stderr)
    assert making.returncode == 0, making.stderr
    _, *command = roomy.command("--cores", "2")
    found = subprocess.run(
        [".venv/bin/python", *command],
        cwd=roomy.folder,
        env=shell,
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stderr
    assert f"Python version: 3.{minor}." in found.stderr
    assert tables(roomy) == tables(finished)
