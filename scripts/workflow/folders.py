"""Where a run is going to write: may it?"""

import os
from collections.abc import Iterable
from pathlib import Path

from truthserum.sentences import OptionError


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
