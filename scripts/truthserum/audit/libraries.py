"""Which libraries trained: versions of what an interpreter loaded, read from the files beside it.

So a user's interpreter need import nothing for it, and may be of any age.
"""

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path


def versions(modules: Mapping[str, str]) -> dict[str, str]:
    """{library: version}, sorted, of those that were installed with their metadata.

    modules: {name: file} of what was loaded, without a dot in its name.
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
        if library.name and library.version and _brought(library, files)
    }
    return dict(sorted(found.items()))


def _brought(library: Distribution, files: Mapping[str, Path]) -> bool:
    """Whether a library brought one of these modules: by its list of files, else by its name."""
    if record := library.read_text("RECORD"):
        return any(f"\n{path.as_posix()}," in f"\n{record}" for path in files.values())
    return not _names(library).isdisjoint(files)


def _names(library: Distribution) -> set[str]:
    listed: Iterable[str] = (library.read_text("top_level.txt") or "").split()
    return {*listed} or {re.sub("[-.]", "_", library.name).lower()}
