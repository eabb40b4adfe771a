"""Which GPU of a machine with several a job computes on, while other jobs do the same."""

import fcntl
import os
import time
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import TextIO

LOOK_EVERY = 0.5  # seconds between looks for a free GPU
VISIBLE = "CUDA_VISIBLE_DEVICES"
# Not in TMPDIR, of which many schedulers give each job its own: nobody would see another's locks.
LOCKS = Path("/tmp") / f"truthserum-gpu-{os.getuid()}"
SHARING = "TRUTHSERUM_JOBS_PER_GPU"  # the variable that says how many may hold one at a time


@contextmanager
def lease(
    identifiers: Sequence[str],
    folder: Path | None = None,
    environment: MutableMapping[str, str] = os.environ,
) -> Iterator[str | None]:
    """Hold a place on one of the GPUs `identifiers` for the block, by `flock` on a local file.

    Each has as many places as the variable `SHARING` says, or one; few jobs spread over all GPUs.
    Yields the identifier, or None when there is nothing to lease: no GPU, or the scheduler has
    chosen one already (CUDA_VISIBLE_DEVICES names it, or none). Otherwise sets that variable; call
    it before CUDA starts. While all are held it waits for the first one to be free. The kernel
    drops the lock when the process ends, however it ends.
    """
    before = environment.get(VISIBLE)
    if (before is not None and "," not in before) or not identifiers:
        yield None
        return
    folder = folder or LOCKS
    folder.mkdir(parents=True, exist_ok=True)
    places = int(environment.get(SHARING, 1))
    while (held := _first_free(identifiers, places, folder)) is None:
        time.sleep(LOOK_EVERY)
    identifier, handle = held
    with handle:
        environment[VISIBLE] = identifier
        try:
            yield identifier
        finally:
            del environment[VISIBLE]
            environment.update({} if before is None else {VISIBLE: before})


def _first_free(identifiers: Sequence[str], places: int, folder: Path) -> tuple[str, TextIO] | None:
    """(identifier, open and locked file) of a GPU with a place that nobody holds, or None."""
    for place, identifier in product(range(places), identifiers):
        handle = (folder / f"{identifier}-{place}.lock").open("w")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
        else:
            return identifier, handle
    return None
