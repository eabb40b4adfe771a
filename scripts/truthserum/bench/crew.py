"""The whole machine at work as the workflow uses it: one single-threaded process a core."""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Self

import torch

PATIENCE = 120  # seconds that a member waits for the others; longer, and one of them is gone
_ready: Barrier  # of this process, once it has joined


class Crew:
    """`size` processes of one thread each, which start the same work at the same moment."""

    def __init__(self, size: int) -> None:
        # A forked copy of a process in which torch has threads may hang.
        context = get_context("spawn")
        self.size = size
        self._pool = ProcessPoolExecutor(size, context, _join, (context.Barrier(size),))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def rate(
        self,
        prepare: Callable[..., Callable[[], float]],
        *arguments: object,
        clock: Callable[[], float] = time.process_time,
    ) -> float:
        """Units of all members together for each second that they took, of processor time.

        Processor time, as other work on the machine changes it least; all members work at once, as
        one that has the memory's bandwidth to itself is faster. `prepare(member, *arguments)` runs
        in each process, with its number, and is not timed. It returns the work, a function that
        returns how many units it has done.
        """
        jobs = [
            self._pool.submit(_timed, clock, prepare, member, *arguments)
            for member in range(self.size)
        ]
        units, seconds = zip(*(job.result() for job in jobs), strict=True)
        return sum(units) / sum(seconds)


def _join(barrier: Barrier) -> None:
    global _ready
    _ready = barrier
    torch.set_num_threads(1)


def _timed(
    clock: Callable[[], float], prepare: Callable[..., Callable[[], float]], *arguments: object
) -> tuple[float, float]:
    work = prepare(*arguments)
    _ready.wait(PATIENCE)  # nobody can take a second job before everybody has one
    start = clock()
    return work(), clock() - start
