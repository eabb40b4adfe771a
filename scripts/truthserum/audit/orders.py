"""Training by a user's code, in a process of its own: records in, answers out.

Records are known by their row in the user's file. A training set is rows and, for each, the row
whose label it is given, so that a copy with another label needs no data of its own.
"""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from truthserum.audit.shell import users_shell
from truthserum.data.files import DataError

LAST_LINES = 20  # of what a program said before it failed


@dataclass(frozen=True)
class Lent:
    """A column that the records asked about have from other rows, int64 [asked]."""

    column: str
    rows: np.ndarray


@dataclass(frozen=True)
class Order:
    """What models are to be trained on, and what they are asked.

    codes: int64 [N], classes of all records; classes: their names. asked: rows that every model is
    asked about. sets: (rows, rows of the labels) of each model; seeds: one for each. options: what
    training is given beside. lent: what those who are asked about have from others, or None.
    """

    codes: np.ndarray
    classes: Sequence[str]
    asked: np.ndarray
    sets: Sequence[tuple[np.ndarray, np.ndarray]]
    seeds: Sequence[int]
    options: Mapping[str, object]
    lent: Lent | None = None


@dataclass(frozen=True)
class Trained:
    """answers: of each model, [asked] or [asked, classes]. seconds: of each. version: of what."""

    answers: Sequence[np.ndarray]
    seconds: Sequence[float]
    version: str


def run(command: Sequence[str], folder: Path, seconds: float, what: str) -> None:
    """Run a command in a folder, to its end or its limit; what it says goes to our output."""
    threads = os.environ.get("OMP_NUM_THREADS", "1")
    env = {**users_shell(os.environ), "OMP_NUM_THREADS": threads, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise DataError(f"{what}: found no program {command[0]} ({error.strerror})") from error
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise DataError(
            f"{what}: found no end after {seconds / 60:g} minutes, allowed is what `minutes` says"
        ) from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    print(said, end="", flush=True)
    if process.returncode:
        last = "\n".join(said.strip().splitlines()[-LAST_LINES:])
        raise DataError(f"{what}: found exit status {process.returncode}, last said:\n{last}")
