"""Tests on several cores: who starts first, and what is made once for all of them."""

import os

import pytest
import xdist
from filelock import FileLock


def pytest_xdist_setupnodes():
    """Let each process that tests compute on one thread, since they share the cores."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_collection_modifyitems(items):
    """Run the workflow's files first: the longest, they would keep one core busy at the end."""
    items.sort(key=lambda item: "workflow" not in item.path.parts)


@pytest.fixture(scope="session")
def once(request, tmp_path_factory):
    """once(name, make): the folder that make(folder) has filled, in one of the processes."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if xdist.is_xdist_worker(request) else own

    def made(name, make):
        folder = shared / name
        with FileLock(f"{folder}.lock"):
            if not folder.exists():
                part = tmp_path_factory.mktemp(name)
                make(part)
                part.rename(folder)
        return folder

    return made
