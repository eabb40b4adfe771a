"""Tests on several cores: who starts first, and what is made once for all of them."""

import os
import shutil
from pathlib import Path

import pytest
import xdist
from filelock import FileLock

# The longest files, which would keep one core busy at the end; that of Slurm waits more than it
# computes, which is why those beside it may have both cores.
FIRST = (
    *("test_slurm", "test_pythons", "test_leaks_smoke", "test_smoke"),
    *("test_extending", "test_cpu_levels"),
)


def pytest_xdist_auto_num_workers(config):
    """No other process where files are named one by one: most take less time than its start."""
    files = [Path(argument.partition("::")[0]) for argument in config.args]
    return 0 if all(file.is_file() for file in files) else None


def pytest_xdist_setupnodes():
    """Let each process that tests compute on one thread, since they share the cores."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_collection_modifyitems(items):
    """Start the longest files first."""
    ranks = {name: rank for rank, name in enumerate(FIRST)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(ranks)))


@pytest.fixture(scope="session")
def once(request, tmp_path_factory):
    """once(name, make): the folder that make(folder) has filled, in one of the processes.

    It is filled where it stays, as products know their names.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if xdist.is_xdist_worker(request) else own

    def made(name, make):
        folder, done = shared / name, shared / f"{name}.done"
        with FileLock(f"{folder}.lock"):
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                done.touch()
        return folder

    return made
