"""Progress with time left, for a log and a terminal alike."""

import sys
import time
from collections.abc import Callable
from typing import TextIO


class Progress:
    """Prints what, share done, images per second and time left, at most every `every` seconds.

    label: what is done; total: images (or another `unit`) in all, those of an earlier, interrupted
    run included.
    """

    def __init__(
        self,
        label: str,
        total: int,
        every: float = 10.0,
        out: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
        unit: str = "images",
    ) -> None:
        self.label, self.total, self.every, self.unit = label, total, every, unit
        self.out, self.clock = out or sys.stderr, clock
        self.done = 0
        self.skipped = 0
        self.start = self.last = clock()

    def skip(self, amount: int) -> None:
        """Count work that an earlier, interrupted run has done."""
        self.skipped += amount
        self.done += amount

    def advance(self, amount: int) -> None:
        """Count work done just now."""
        self.done += amount
        now = self.clock()
        if now - self.last >= self.every or self.done >= self.total:
            self.last = now
            print(self._line(now), file=self.out, flush=True)

    def _line(self, now: float) -> str:
        rate = (self.done - self.skipped) / max(now - self.start, 1e-9)
        left = (self.total - self.done) / max(rate, 1e-9)
        minutes, seconds = divmod(round(left), 60)
        return (
            f"{self.label}: {self.done / self.total:4.0%}, {rate:,.0f} {self.unit}/s, "
            f"{minutes}:{seconds:02d} left"
        )
