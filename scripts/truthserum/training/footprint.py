"""What a job takes while it runs: memory, and files."""

import resource
import sys
from pathlib import Path


def peak_bytes(with_programs: bool = False) -> int:
    """The most memory that this process has had.

    with_programs: and that of the largest program that it ran to its end. The sum is never less
    than there was at one time: a program starts with the peak of what started it.
    """
    unit = 1 if sys.platform == "darwin" else 2**10  # bytes there, kilobytes elsewhere
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)[: 1 + with_programs]
    return sum(resource.getrusage(one).ru_maxrss for one in who) * unit


def bytes_in(folder: Path) -> int:
    """Of all files in a folder, and in those within it."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
