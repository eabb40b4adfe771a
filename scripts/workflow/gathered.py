"""The section `audits` of a config, where it lists files that say what the audits are."""

from pathlib import Path
from typing import Any

from truthserum.data.files import is_file
from truthserum.data.written import read
from truthserum.sentences import OptionError, listed, shown

# What names a file or a folder.
PATHS = ("path", "file", "folder", "released", "depends")


def gathered(audits: object, project: Path) -> Any:
    """The section `audits`: what a config says, or what the files say that it lists.

    Such a file, and all that it names, is looked for where the run is, then in the project.
    OptionError, one sentence, for one that is no file or says nothing, and for a name twice.
    """
    if not isinstance(audits, list):
        return audits
    section: dict[str, Any] = {}
    for name in audits:
        path = Path(str(name))
        rooted = path if is_file(path) else project / path
        if not is_file(rooted):
            raise OptionError(f"audits: found no {shown(name)}, allowed are files")
        found = read(rooted)
        own = found.get("audits") if isinstance(found, dict) else None
        if not isinstance(own, dict):
            raise OptionError(
                f"audits: found {shown(name)} without audits, allowed is a section of them"
            )
        if again := own.keys() & section.keys():
            raise OptionError(f"audits: found {listed(sorted(again))} twice, allowed is once")
        section |= own if rooted == path else _seen_from(project, own)
    return section


def _seen_from(folder: Path, written: Any) -> Any:
    """What is written, in which files and folders that are named lie in the folder."""
    if not isinstance(written, dict):
        return written
    return {
        key: _inside(folder, value) if key in PATHS else _seen_from(folder, value)
        for key, value in written.items()
    }


def _inside(folder: Path, named: Any) -> Any:
    """A path, or a list of them, in the folder; what is neither is left to be refused."""
    if isinstance(named, list):
        return [_inside(folder, each) for each in named]
    return str(folder / named) if isinstance(named, str) else named
