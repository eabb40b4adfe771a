"""Do the first of everything that jobs will do: what fails here would fail there, hours later.

python scripts/rehearse.py --results results/laptop < asked.json

asked.json: {key: {"leak": "inference", "settings": {...}}}. Prints {key: null, or what is wrong} as
JSON. What the settings of a leak are, its `rehearse` says.
"""

import argparse
import json
import resource
import sys
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from program import MENDABLE, run

import psutil
import torch

from truthserum import registry
from truthserum.audit.data.prepared import stand_in as of_user
from truthserum.audit.options import Data
from truthserum.data.images import Images
from truthserum.data.stand_in import stand_in
from truthserum.data.stored import read
from truthserum.data.tabular import Table
from truthserum.options import checked
from truthserum.training.lockstep import Diverged

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
FAILED = (*MENDABLE, RuntimeError, MemoryError, ArithmeticError, IndexError)


def data_of(results: Path, part: Mapping[str, Any]) -> Any:
    """The data themselves, if they were prepared, or what stands in for them.

    part: what says which. Of an audit, the user's own records.
    """
    if "set" not in part:
        return own_data(json.dumps(part))
    name, train, test = (part[key] for key in ("set", "train", "test"))
    ready = results / "data" / f"{name}-{train}-{test}.npz"
    return read(ready) if ready.is_file() else stand_in(name, train, test, RESOURCES)


@cache
def own_data(written: str) -> Images | Table:
    """A user's own, of which this is written in JSON."""
    return of_user(checked(Data, json.loads(written), "data"))


def tried(leak: str, settings: Mapping[str, Any], data: Callable[..., Any]) -> str | None:
    """What is wrong with the settings, in one sentence; None if nothing is."""
    try:
        registry.load("rehearse", leak)(settings, data)
    except FAILED as error:
        first = str(error).partition("\n")[0]
        if isinstance(error, Diverged | OSError) or "allowed" in first:  # no setting fills a disk
            return first
        if isinstance(error, MemoryError) or "allocate" in first:
            return (
                f"found settings that need more memory than is free here ({first}), allowed are "
                "others, or rehearse: false where jobs run on other machines"
            )
        return f"found settings with which a job fails ({first}), allowed are others"
    return None


def bounded() -> None:
    """Let what does not fit into memory fail in this process, before the system kills any."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    free = psutil.virtual_memory().available
    if most != resource.RLIM_INFINITY:
        free = min(free, most)
    resource.setrlimit(resource.RLIMIT_DATA, (free, most))


def main() -> None:
    bounded()
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--results", type=Path, required=True)
    data = partial(data_of, arguments.parse_args().results)
    torch.set_num_threads(1)
    found = {key: tried(**asked, data=data) for key, asked in json.load(sys.stdin).items()}
    print(json.dumps(found))


if __name__ == "__main__":
    run(main)
