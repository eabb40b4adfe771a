"""Where a run lies, where it is going to write, and what it is going to read: may it?"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from truthserum.sentences import OptionError
from truthserum.storage.manifests import of_tomorrow


def check_names(project: Path, results: Path, python: Path) -> None:
    """OptionError for a folder whose path is taken for something else.

    python: that of the interpreter, which jobs look for in PATH.
    """
    braces = "{ or }", "which Snakemake fills in"  # as names of environments and locks
    colon = os.pathsep, "which ends a folder in PATH"
    for folder, (signs, why) in ((project, braces), (results, braces), (python, colon)):
        if any(sign in str(folder) for sign in signs.split(" or ")):
            raise OptionError(f"{folder}: found {signs} in the path, {why}, allowed is one without")


def check_files(jobs: Iterable[Any]) -> None:
    """OptionError for jobs of Snakemake that could not end: of what they make and read."""
    read, made = set[str](), set[str]()
    for job in jobs:
        read.update(job.input)
        made.update(job.output)
    check_writable(made)
    check_dates(read - made)


def check_dates(paths: Iterable[str]) -> None:
    """OptionError for a file of tomorrow, if it is there.

    What is made of it is older, which Snakemake takes for a fault, but after the work.
    """
    for path in filter(os.path.exists, sorted(paths)):
        if wrong := of_tomorrow(Path(path)):
            raise OptionError(f"{wrong}, or `touch` the file")


def check_writable(paths: Iterable[str]) -> None:
    """OptionError for files whose folder may not be written to, as on a disk that is read-only.

    Snakemake meets it between two jobs, and shows its traceback.
    """
    folders = {Path(path).parent for path in paths}
    for folder in sorted({_there(folder) for folder in folders}):
        if not os.access(folder, os.W_OK | os.X_OK):
            raise OptionError(
                f"{folder}: found a folder that cannot be written to, allowed is one that can"
            )


def _there(folder: Path) -> Path:
    """The folder, or where it is going to be made."""
    return next((each for each in (folder, *folder.parents) if os.path.lexists(each)), Path())
