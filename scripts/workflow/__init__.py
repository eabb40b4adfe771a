"""Between config.yaml and the rules: checking, unfolding into arms, and the code's fingerprint.

Nothing here is slow to import: the Snakefile is read again by every cluster job.
"""

import gc
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType

from truthserum.audit.doors.shell import USERS
from truthserum.training.lease import SHARING

# glibc gives memory back at once and asks for it again in every training step; ours keeps it.
KEPT_MEMORY = {
    "MALLOC_TRIM_THRESHOLD_": "2147483647",
    "MALLOC_MMAP_THRESHOLD_": "2147483647",
    "MALLOC_TOP_PAD_": "67108864",
}
# What a notebook, a module system or a shell sets for programs of its own begins so: of Python, of
# figures, of what bash runs first, and of libraries of numbers and of threads, where it decides
# digits, or lets a program hang, as GOMP_CPU_AFFINITY does where that is no list of cores.
FOREIGN = (
    *("PYTHON", "MATPLOTLIBRC", "BASH_ENV", "BASH_FUNC_", "SHELLOPTS", "BASHOPTS"),
    *("ATEN_", "CUBLAS", "CUDNN_", "DISABLE_ADDMM_CUDA_LT", "DNNL_", "MKL_", "NPY_"),
    *("NVIDIA_TF32_", "ONEDNN_", "OPENBLAS_", "PYTORCH_TUNABLEOP_", "TORCH_"),
    *("GOMP_", "KMP_", "OMP_"),
)
HARMLESS = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
OWN = {"PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1", "MPLBACKEND": "agg"}


def keep_freed_memory() -> None:
    """Let programs keep the memory that they free, unless the user has said otherwise."""
    for name, value in KEPT_MEMORY.items():
        os.environ.setdefault(name, value)


def collect_seldom() -> None:
    """Let Python not look again and again for garbage among its imports and in a growing DAG."""
    gc.freeze()
    gc.set_threshold(100_000)


def use_this_python() -> None:
    """Let programs run with the Python that runs Snakemake, on a cluster node too.

    And as they do in the tests, whatever the user's shell exports; that is kept for programs of the
    user's own.
    """
    here = str(Path(sys.executable).parent)
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    os.environ["PATH"] = os.pathsep.join([here, *(path for path in folders if path != here)])
    foreign = {name for name in os.environ if name.startswith(FOREIGN)} - {*HARMLESS}
    before = {name: os.environ.get(name) for name in sorted(foreign | {*OWN})}
    os.environ.setdefault(USERS, json.dumps(before))
    for name in foreign:
        del os.environ[name]
    os.environ.update(OWN)


def share_gpus(jobs: int) -> None:
    """Let so many jobs have a place on each GPU of a machine (see `training.lease`)."""
    os.environ[SHARING] = str(jobs)


def end_timers() -> None:
    """Let a run that is done end at once: Snakemake waits for timers that look for free slots.

    They are set for as long as the profile's span of `max-jobs-per-timespan`.
    """
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.cancel()


def release_when_hung_up() -> None:
    """Let Snakemake end as on SIGTERM when its terminal is closed: without leaving its lock.

    Where hang-ups are ignored, as under nohup, they are ignored still. Before it has a handler of
    its own, SIGTERM is an exit, with which `subprocess.run` ends what it runs: a rehearsal.
    """
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))


def end_jobs_when_asked() -> None:
    """Let SIGINT and SIGTERM to Snakemake alone end its jobs, as those to its whole group do.

    It would wait for the end of what runs, which may be hours, where a minute of training is lost
    at most; a container is killed ten seconds later. To be called when its own handlers are there.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(number)
        if callable(before):
            signal.signal(number, partial(_end_jobs, before))


def _end_jobs(
    before: Callable[[int, FrameType | None], object], number: int, frame: FrameType | None
) -> None:
    import psutil  # as Snakemake has it; a fingerprint is asked of other Pythons, too

    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            child.terminate()
    before(number, frame)
