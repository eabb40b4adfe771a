"""Do the first of everything that jobs will do: what fails here would fail there, hours later.

python scripts/rehearse.py --results results/laptop < asked.json

asked.json: {key: {"leak": "inference", "settings": {...}}}. Prints {key: null, or what is wrong} as
JSON. What the settings of a leak are, its `rehearse` says.
"""

import argparse
import json
import lzma
import resource
import sys
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from program import MENDABLE, run

import numpy as np
import psutil
import torch

from truthserum import registry
from truthserum.audit.options import Data
from truthserum.audit.own import classes_of
from truthserum.audit.own import read as read_own
from truthserum.audit.pictures import pictures
from truthserum.audit.prepared import COLOURS, prepared
from truthserum.data.catalogue import IMAGE_SETS, SETS
from truthserum.data.images import Images
from truthserum.data.load import load_embedded
from truthserum.data.pictures import picture
from truthserum.data.sources import Sources
from truthserum.data.stored import read
from truthserum.options import checked
from truthserum.training.lockstep import Diverged

SOURCES = Sources(Path(__file__).resolve().parents[1] / "resources", None, False, False)
FAILED = (*MENDABLE, RuntimeError, MemoryError, ArithmeticError, IndexError)
LABELS = 8  # bytes before the labels in their files
MOST = 1000  # images of a user's folder


@cache
def embedded(name: str) -> Any:
    """All that ships of a table or a text."""
    return load_embedded(SETS[name], SOURCES).data


def labels_of(name: str, part: str, count: int) -> np.ndarray:
    """The first labels int64 [count] of a part of an image set, or as many of each class.

    Only the labels are read of what ships: to decode the images takes seconds.
    """
    path = SOURCES.resources / name / f"{part}-labels-idx1-ubyte.xz"
    labels = np.arange(count) % IMAGE_SETS[name].classes
    if path.is_file():
        held = np.frombuffer(lzma.decompress(path.read_bytes()), np.uint8, offset=LABELS)
        labels = held[:count].astype(np.int64) if len(held) >= count else labels
    return labels


@cache
def made_up(name: str, train: int, test: int) -> Images:
    """Images of the shape of a set, no two of them equal, with its labels where they ship."""
    known, rng = IMAGE_SETS[name], np.random.default_rng(list(name.encode()))
    x = rng.integers(0, 256, (train + test, *known.shape), dtype=np.uint8)
    y = labels_of(name, "train", train), labels_of(name, "t10k", test)
    return Images(x[:train], y[0], x[train:], y[1], known.classes)


@cache
def of_user(written: str) -> Any:
    """A user's own records, of which this is written in JSON; of a folder, see `as_in_folder`."""
    said = checked(Data, json.loads(written), "data")
    if said.folder is not None:
        return as_in_folder(said)
    return prepared(said, read_own(said, "probabilities"))


def as_in_folder(said: Data) -> Images:
    """Images made up for some of those in a folder, with their classes, the first one as it is.

    To read all takes as long as an audit's first job, which does and tells what is wrong with them.
    """
    paths = pictures(said.source)
    label, names = classes_of(said.source, paths)
    some = np.unique(np.linspace(0, len(paths) - 1, MOST).astype(int))
    shape = COLOURS, said.size, said.size
    x = np.random.default_rng(len(paths)).integers(0, 256, (len(some), *shape), dtype=np.uint8)
    x[0] = np.asarray(picture(str(paths[0]), shape)).transpose(2, 0, 1)
    return Images(x, label[some], x, label[some], len(names))


def data_of(results: Path, part: Mapping[str, Any]) -> Any:
    """The data themselves, if they were prepared, or are a table or a text; else images made up.

    part: what says which. Of an audit, the user's own records.
    """
    if "set" not in part:
        return of_user(json.dumps(part))
    name, train, test = (part[key] for key in ("set", "train", "test"))
    ready = results / "data" / f"{name}-{train}-{test}.npz"
    if ready.is_file():
        return read(ready)
    if name in IMAGE_SETS:
        return made_up(name, train, test)
    return embedded(name).first(train, test)


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
