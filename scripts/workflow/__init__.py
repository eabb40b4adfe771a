"""Between config.yaml and the rules: checking, unfolding into arms, and the code's fingerprint.

Nothing here is slow to import: the Snakefile is read again by every cluster job.
"""

import os
import sys
from pathlib import Path

# glibc gives memory back at once and asks for it again in every training step; ours keeps it.
KEPT_MEMORY = {
    "MALLOC_TRIM_THRESHOLD_": "2147483647",
    "MALLOC_MMAP_THRESHOLD_": "2147483647",
    "MALLOC_TOP_PAD_": "67108864",
}


def keep_freed_memory() -> None:
    """Let programs keep the memory that they free, unless the user has said otherwise."""
    for name, value in KEPT_MEMORY.items():
        os.environ.setdefault(name, value)


def use_this_python() -> None:
    """Let programs run with the Python that runs Snakemake, on a cluster node too."""
    here = str(Path(sys.executable).parent)
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    os.environ["PATH"] = os.pathsep.join([here, *(path for path in folders if path != here)])
