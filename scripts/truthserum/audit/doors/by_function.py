"""The door `function`: a user's train function, called in the user's interpreter."""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

import numpy as np

from truthserum.audit.data.pictures import pictures
from truthserum.audit.doors.orders import Order, Trained, run
from truthserum.audit.options import Audit
from truthserum.storage.arrays import read_npz
from truthserum.storage.files import DataError, scratch
from truthserum.training.footprint import bytes_in


def train(audit: Audit, order: Order, runner: Path) -> Trained:
    """Train and ask the model of an order.

    runner: `run_user.py`, which imports nothing of this project. DataError with the last words of
    what failed.
    """
    assert audit.function is not None  # which opens this door
    module, function = audit.function.split(":")
    with scratch() as folder:
        arrays = {name: getattr(order, name) for name in ("codes", "asked", "rows", "labels")}
        if order.lent is not None:
            arrays["lent"] = order.lent.rows
        np.savez(folder / "task.npz", **arrays)
        task = {
            **_source(audit),
            "path": str(Path(audit.path).absolute()),
            "module": module,
            "function": function,
            "output": audit.output,
            "lent": order.lent and order.lent.column,
            "options": dict(order.options),
            "classes": list(order.classes),
            "seed": order.seed,
        }
        (folder / "task.json").write_text(json.dumps(task), "utf-8")
        made = [folder / name for name in ("task.json", "task.npz", "out.npz")]
        command = [audit.python or sys.executable, str(runner), *map(str, made)]
        run(command, Path.cwd(), 60 * audit.minutes, audit.function)
        if not made[2].is_file():
            raise DataError(
                f"{audit.function}: found no answers, allowed is a function that returns"
            )
        found = read_npz(made[2])
        about = json.loads(str(found["about"]))
        return Trained(
            found["answer"],
            float(found["seconds"]),
            f"Python {about['python']}",
            bytes_in(folder),
            versions(about["modules"]),
        )


def _source(audit: Audit) -> dict[str, Any]:
    data = audit.trained_on
    if data.folder is not None:
        return {"kind": "folder", "paths": [str(p.absolute()) for p in pictures(data.source)]}
    file = str(data.source.absolute())
    if file.lower().endswith(".npz"):
        return {"kind": "arrays", "file": file}
    hidden = [data.label, *data.hidden]
    return {"kind": "table", "file": file, "label": data.label, "hidden": hidden}


def versions(modules: Mapping[str, str]) -> dict[str, str]:
    """{library: version}, sorted, of those that were installed with their metadata.

    modules: {name: file} of what was loaded, without a dot in its name. Read from the files beside
    them: so a user's interpreter need import nothing for it, and may be of any age.
    """
    beside: dict[Path, dict[str, Path]] = {}
    for name, file in modules.items():
        path = Path(file)
        folder = path.parent.parent if path.stem == "__init__" else path.parent
        beside.setdefault(folder, {})[name] = path.relative_to(folder)
    found = {
        library.name: library.version
        for folder, files in beside.items()
        for library in distributions(path=[str(folder)])
        if _brought(library, files)
    }
    return dict(sorted(found.items()))


def _brought(library: Distribution, files: Mapping[str, Path]) -> bool:
    """Whether a library brought one of these modules: by its list of files, else by its name.

    Not one that says no version, or is described in another encoding than UTF-8.
    """
    try:
        if not (library.name and library.version):
            return False
        if record := library.read_text("RECORD"):
            return any(f"\n{path.as_posix()}," in f"\n{record}" for path in files.values())
        return not _names(library).isdisjoint(files)
    except UnicodeDecodeError:
        return False


def _names(library: Distribution) -> set[str]:
    listed: Iterable[str] = (library.read_text("top_level.txt") or "").split()
    return {*listed} or {re.sub("[-.]", "_", library.name).lower()}
