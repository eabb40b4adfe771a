"""The other Pythons of this machine among those that README names."""

import shutil
import subprocess
import sys
from pathlib import Path

MINORS = [minor for minor in (11, 12, 13) if minor != sys.version_info.minor]


def python_of(minor: int) -> str | None:
    """A Python 3 of this minor version that starts: on PATH, or beside this one, as pyenv lays."""
    beside = sorted(Path(sys.base_prefix).parent.glob(f"*3.{minor}.*/bin/python3"))
    for path in (shutil.which(f"python3.{minor}"), *map(str, beside)):
        if path and not subprocess.run([path, "-c", ""], capture_output=True).returncode:
            return path
    return None
