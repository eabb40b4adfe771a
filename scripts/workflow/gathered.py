"""The section `audits` of a config, where it lists files that say what the audits are."""

from collections.abc import Callable
from os.path import expanduser
from pathlib import Path
from typing import Any

from truthserum.sentences import OptionError, listed, shown
from truthserum.storage.files import is_file
from truthserum.storage.written import read

# What names a file or a folder, in an audit and in these parts of it.
PATHS = ("path", "file", "folder", "released", "depends")
PARTS = ("data", "scores")
POLICIES = {".yaml", ".yml"}  # else a policy is one of the project's, by its name


def gathered(audits: object, project: Path) -> Any:
    """The section `audits`: what a config says, or what the files say that it lists.

    Such a file, and all that it names, is looked for where the run is, then in the project; ~ is
    the user's home.
    OptionError, one sentence, for one that is no file or says nothing, and for a name twice.
    """
    if not isinstance(audits, list):
        return _changed(audits, expanduser)
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
        own = _changed(own, expanduser)
        section |= own if rooted == path else _changed(own, lambda name: str(project / name))
    return section


def _changed(audits: Any, change: Callable[[str], str]) -> Any:
    """The audits, in which files and folders are named otherwise."""
    if not isinstance(audits, dict):
        return audits
    return {name: _in_audit(written, change) for name, written in audits.items()}


def _in_audit(written: Any, change: Callable[[str], str]) -> Any:
    """What is written of an audit; what a mitigation changes is the user's own."""
    if not isinstance(written, dict):
        return written
    return {
        key: _in_audit(value, change) if key in PARTS else _named(key, value, change)
        for key, value in written.items()
    }


def _named(key: str, value: Any, change: Callable[[str], str]) -> Any:
    """A path, or a list of them; what is neither is left as it is, or to be refused."""
    is_path = key in PATHS
    is_path |= key == "policy" and Path(str(value)).suffix in POLICIES
    is_path |= key == "python" and "/" in str(value)  # else one that the shell would find
    if not is_path:
        return value
    if isinstance(value, list):
        return [_named(key, each, change) for each in value]
    return change(value) if isinstance(value, str) else value
