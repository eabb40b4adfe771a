"""Runs of the workflow that are killed, in every way in which that happens, until they are done."""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

TRAINER = "scripts/truthserum/training/products.py"
SAVED = '            save_tensors(part, tensors, {"key": self.key, "sha256": _sha256(tensors)})\n'
NOTED = SAVED + (
    '        with open("trained.log", "a") as log:\n'
    "            print(self.path(models), file=log)\n"
)
LATEST = 6.0
PATIENCE = 300.0  # seconds that a run may take


@dataclass(frozen=True)
class Run:
    """Snakemake, the leader of a session of its own, and the programs that it has started."""

    head: subprocess.Popen

    def session(self) -> list[psutil.Process]:
        """All that still run of it."""
        return [one for one in psutil.process_iter() if self._is_of_it(one)]

    def _is_of_it(self, one: psutil.Process) -> bool:
        try:
            return os.getsid(one.pid) == self.head.pid and one.status() != psutil.STATUS_ZOMBIE
        except (ProcessLookupError, psutil.NoSuchProcess):
            return False

    def programs(self) -> list[psutil.Process]:
        """Those of `scripts/`."""
        found = []
        for one in self.session():
            try:
                words = one.cmdline()
            except psutil.NoSuchProcess:
                continue
            if len(words) > 1 and words[1].startswith("scripts/"):
                found.append(one)
        return found

    def ended(self) -> bool:
        return self.head.poll() is not None


def one_program(run: Run, dice: random.Random) -> None:
    """As the out-of-memory killer does."""
    if programs := run.programs():
        dice.choice(sorted(programs, key=lambda one: one.pid)).kill()


def head_alone(run: Run, dice: random.Random) -> None:
    """Its programs live on, beside those of the next run."""
    run.head.kill()


def head_and_wait(run: Run, dice: random.Random) -> None:
    """Its programs live on, and end before the next run begins."""
    run.head.kill()
    wait_for(lambda: not run.session())


def whole_group(run: Run, dice: random.Random) -> None:
    """As a node does that fails."""
    os.killpg(run.head.pid, signal.SIGKILL)


WAYS = (one_program, head_alone, head_and_wait, whole_group)


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


@dataclass
class Disturbed:
    """A checkout in which a command is run and killed until it is done.

    seed: of all times and ways, which are printed and kept in `said`. latest: seconds after the
    first program of a run, or after a kill that the run has survived.
    """

    checkout: object
    arguments: tuple[str, ...]
    config: dict
    seed: int
    latest: float = LATEST
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.checkout.edit(TRAINER, SAVED, NOTED)

    def run(self, kills: int) -> int:
        """Kill so many times, if it is not done before, and run it to its end; returns kills."""
        ways: list = []
        done = 0
        while done < kills:
            run = Run(self.checkout.start(*self.arguments, **self.config))
            killed = 0
            while done + killed < kills:
                wait_for(lambda run=run: run.programs() or run.ended())
                time.sleep(self.dice.uniform(0, self.latest))
                if run.ended():
                    break
                ways = ways or self.dice.sample(WAYS, len(WAYS))
                way = ways.pop()
                self.say(f"kill {done + killed + 1}: {way.__name__}")
                way(run, self.dice)
                killed += 1
                if way is not one_program:
                    break
            else:
                wait_for(run.ended)
            status = run.head.wait()
            assert killed or status == 0, (self.checkout.folder / "snakemake.log").read_text()
            if status == 0:
                return done + killed
            done += killed
            self.unlock(status)
        self.finish()
        return done

    def unlock(self, status: int) -> None:
        """As a user must after a kill of Snakemake itself, and need not otherwise."""
        if status < 0:
            self.checkout.make("--unlock", **self.config)

    def finish(self) -> None:
        self.checkout.make(*self.arguments, timeout=PATIENCE, **self.config)

    def say(self, what: str) -> None:
        self.said.append(what)
        print(f"seed {self.seed}, {time.strftime('%H:%M:%S')}: {what}", flush=True)

    def trained_twice(self) -> dict[str, int]:
        """Stacks that were finished more than once."""
        log = self.checkout.folder / "trained.log"
        return {name: n for name, n in Counter(log.read_text().split()).items() if n > 1}


def left_over(results: Path) -> list[Path]:
    """What no undisturbed run leaves: scratch, and files that were being written."""
    hidden = {".benchmark", ".made"}
    return [path for path in results.rglob(".*") if path.name not in hidden]


def products(results: Path) -> dict[Path, bytes]:
    """Every table and every file of arrays, without the seconds that models took."""
    return {
        path.relative_to(results): without_seconds(path)
        for suffix in ("csv", "npz", "safetensors")
        for path in results.rglob(f"*.{suffix}")
    }


def without_seconds(path: Path) -> bytes:
    if path.name != "models.csv":
        return path.read_bytes()
    header, *rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    at = header.index("seconds")
    return "\n".join(",".join(row[:at] + row[at + 1 :]) for row in (header, *rows)).encode()
