"""Training by a user's code, in a process of its own: records in, answers out.

Records are known by their row in the user's file. A training set is rows and, for each, the row
whose label it is given, so that a copy with another label needs no data of its own. A process
trains one model, so that none is lost with another.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Self

import numpy as np

from truthserum.audit.doors.shell import users_shell
from truthserum.storage.files import DataError

LONGEST = 20_000  # bytes of what a program said that are passed on, the last ones


@dataclass(frozen=True)
class Lent:
    """A column that the records asked about have from other rows, int64 [asked]."""

    column: str
    rows: np.ndarray


@dataclass(frozen=True)
class Order:
    """What a model is to be trained on, and what it is asked.

    codes: int64 [N], classes of all records; classes: their names. asked: rows that it is asked
    about. rows: int64 [n] of its training set; labels: int64 [n], the rows of their labels.
    options: what training is given beside. lent: what those who are asked about have from others,
    or None.
    """

    codes: np.ndarray
    classes: Sequence[str]
    asked: np.ndarray
    rows: np.ndarray
    labels: np.ndarray
    seed: int
    options: Mapping[str, object]
    lent: Lent | None = None

    def asking(self, places: np.ndarray) -> Self:
        """The same with those at these places [n] of the records asked about."""
        lent = self.lent and replace(self.lent, rows=self.lent.rows[places])
        return replace(self, asked=self.asked[places], lent=lent)


@dataclass(frozen=True)
class Trained:
    """answer: [asked] or [asked, classes]. seconds: of training and asking. version: of what.

    temporary: bytes of the files that were written for it and are gone.
    libraries: {name: version} of those that it loaded, where they are known.
    """

    answer: np.ndarray
    seconds: float
    version: str
    temporary: int
    libraries: Mapping[str, str] = field(default_factory=dict)


def run(command: Sequence[str], folder: Path, seconds: float, what: str) -> None:
    """Run a command in a folder, to its end or its limit; what it said last goes to our output.

    What it started and left behind ends with it. DataError with its last line where it fails.
    """
    threads = os.environ.get("OMP_NUM_THREADS", "1")
    # Else sets of words have another order each time.
    env = {"PYTHONHASHSEED": "0", **users_shell(os.environ)}
    env |= {"OMP_NUM_THREADS": threads, "PYTHONDONTWRITEBYTECODE": "1"}
    # Not a pipe, which children that live on would hold open.
    with TemporaryFile() as output, _terminable():
        try:
            with _group() as group:
                try:
                    process = subprocess.Popen(
                        command,
                        cwd=folder,
                        env=env,
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=subprocess.STDOUT,
                        process_group=group,
                    )
                except OSError as error:
                    raise DataError(
                        f"{what}: found no program {command[0]} ({error.strerror})"
                    ) from error
                process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise DataError(
                f"{what}: found no end after {seconds / 60:g} minutes, allowed is what `minutes` "
                "says"
            ) from None
        finally:
            said = _end_of(output)
            print(said, end="", flush=True)
    if status := process.returncode:
        found = f"exit status {status}" if status > 0 else signal.Signals(-status).name
        last = said.strip().rpartition("\n")[2]
        raise DataError(
            f"{what}: found {found}, allowed is 0" + (f"; last said: {last}" * bool(last))
        )


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM end this program as an error does, so that what it started ends with it."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _group() -> Iterator[int]:
    """A process group that ends with the block, and with this program even where that is killed.

    Nobody would read what it makes. Its first process is there before any other: whatever ends us
    closes the pipe from which it reads, and it ends them all.
    """
    guard = ["sh", "-c", "trap '' HUP INT TERM; read _; kill -KILL 0"]
    with subprocess.Popen(guard, stdin=subprocess.PIPE, process_group=0) as first:
        try:
            yield first.pid
        finally:
            with suppress(ProcessLookupError, PermissionError):  # all have ended
                os.killpg(first.pid, signal.SIGKILL)


def _end_of(output: IO[bytes]) -> str:
    """What a program said, or the end of it."""
    length = output.seek(0, os.SEEK_END)
    output.seek(max(0, length - LONGEST))
    said = output.read().decode(errors="replace")
    return said if length <= LONGEST else f"({length - LONGEST:,} bytes before)\n{said}"
