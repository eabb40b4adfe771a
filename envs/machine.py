"""Can the environment be installed here? If not: one sentence, before anything is fetched.

python envs/machine.py FOLDER, with the Python and the folder that the environment is to have.
"""

import shutil
import sys

PYTHON = (3, 11)
NEXT = (3, 14)  # for which some packages of the lock have no wheel
GIGABYTES = 7  # what installing requirements.txt takes at its peak, most of it torch for CUDA


def complaint(python, free):
    """What is missing, where the version is (major, minor) and `free` bytes are left; or None."""
    if not PYTHON <= python < NEXT:
        found, first, after = (".".join(map(str, version)) for version in (python, PYTHON, NEXT))
        return f"Python {first} or later, below {after}, is needed, found {found}; set PYTHON=..."
    if free < GIGABYTES * 1e9:
        return f"{GIGABYTES} GB of disk are needed here, found {free / 1e9:.1f}"
    return None


if __name__ == "__main__":
    missing = complaint(sys.version_info[:2], shutil.disk_usage(sys.argv[1]).free)
    sys.exit(missing and f"make: {missing}")
