"""Between config.yaml and the rules: checking, unfolding into arms, and the code's fingerprint.

Nothing here is slow to import: the Snakefile is read again by every cluster job.
"""

import json
import os
import signal
import sys
from pathlib import Path

from truthserum.audit.shell import USERS

# glibc gives memory back at once and asks for it again in every training step; ours keeps it.
KEPT_MEMORY = {
    "MALLOC_TRIM_THRESHOLD_": "2147483647",
    "MALLOC_MMAP_THRESHOLD_": "2147483647",
    "MALLOC_TOP_PAD_": "67108864",
}
# What a notebook, a module system or a shell sets for programs of its own.
FOREIGN = (
    *("PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH", "PYTHONOPTIMIZE", "PYTHONSTARTUP"),
    *("PYTHONWARNINGS", "PYTHONIOENCODING", "PYTHONHASHSEED", "PYTHONINSPECT", "PYTHONDEVMODE"),
    *("MATPLOTLIBRC", "MPLSTYLE"),
)
OWN = {"PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1", "MPLBACKEND": "agg"}


def keep_freed_memory() -> None:
    """Let programs keep the memory that they free, unless the user has said otherwise."""
    for name, value in KEPT_MEMORY.items():
        os.environ.setdefault(name, value)


def use_this_python() -> None:
    """Let programs run with the Python that runs Snakemake, on a cluster node too.

    And as they do in the tests, whatever the user's shell exports; that is kept for programs of the
    user's own.
    """
    here = str(Path(sys.executable).parent)
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    os.environ["PATH"] = os.pathsep.join([here, *(path for path in folders if path != here)])
    before = {name: os.environ.get(name) for name in (*FOREIGN, *OWN)}
    os.environ.setdefault(USERS, json.dumps(before))
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(OWN)


def release_when_hung_up() -> None:
    """Let Snakemake end as on SIGTERM when its terminal is closed: without leaving its lock.

    Where hang-ups are ignored, as under nohup, they are ignored still.
    """
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
