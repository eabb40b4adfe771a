"""What a finished run spent its time on, from its benchmark files; and what starting costs.

A benchmark file is written when its job ends, and says how many seconds the job took; these and the
file's time are the job's start and end. The processor's seconds that it says, too, are those of its
last look at the job, which may be half a minute old.
"""

import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from truthserum.bench.measures import Measure
from truthserum.bench.tasks.base import Place

ROOT = Path(__file__).resolve().parents[4]
ROUNDS = 3
PAUSE = 60.0  # with no job running for longer than this, the run was stopped and taken up again


@dataclass(frozen=True)
class Run:
    """The whole run, and by themselves the jobs of these experiments.

    programs: by the name of a benchmark file, up to a hyphen, the program that such a job starts.
    """

    experiments: Sequence[str]
    programs: Mapping[str, str]

    def measures(self, place: Place) -> list[Measure]:
        """Wall time, that of all jobs, cores in use, what was not training, starts, and the head.

        ValueError where no training was recorded.
        """
        records = sorted(place.results.rglob(".benchmark/*.tsv"))
        named = [path.stem.split("-")[0] for path in records]
        training = np.array([name == "train" for name in named])
        if not training.any():
            raise ValueError(f"{place.results}: found no benchmark of train, allowed one or more")
        folders = [path.relative_to(place.results).parts[0] for path in records]
        chosen = np.isin(folders, self.experiments)
        table = pd.concat([pd.read_csv(path, sep="\t") for path in records])
        end = np.array([path.stat().st_mtime for path in records])
        start = end - table["s"].to_numpy()
        label = f"{', '.join(self.experiments)}, jobs that do not train"
        share = job_share(start[chosen], end[chosen], ~training[chosen])
        return [
            Measure("run, wall time", "s", [wall(start, end)]),
            Measure(
                "run, all jobs",
                "core-s",
                [(end - start).sum()],
                below=1800,
                note="by the clock: each has a core, and on a busy machine a part of one",
            ),
            Measure("run, jobs at a time", "jobs", [at_once(start, end)]),
            Measure("run, cores without a job", "%", [100 * idle_share(start, end)]),
            Measure("run, not training", "%", [100 * other_share(start, end, training)]),
            Measure(label, "%", [100 * share], below=15),
            Measure(
                "run, starts of Python",
                "core-s",
                self.starts(named),
                note="of the time of all jobs: Python with what each program imports",
            ),
            Measure("Snakemake's head, to plan all jobs", "core-s", planning(place.results.name)),
        ]

    def starts(self, named: Sequence[str]) -> np.ndarray:
        """Seconds of the processor that starting the programs of all these jobs takes, [ROUNDS]."""
        starting = [self.programs[name] for name in named if name in self.programs]
        commands = {
            program: [sys.executable, str(ROOT / "scripts" / f"{program}.py"), "--help"]
            for program in starting
        }
        rounds = [
            {program: processor_time(command) for program, command in commands.items()}
            for _ in range(ROUNDS)
        ]
        return np.array([sum(seconds[program] for program in starting) for seconds in rounds])


def planning(scale: str) -> list[float]:
    """Seconds of the processor for a dry run of everything at a scale, in each round."""
    snakefile = ["--snakefile", str(ROOT / "Snakefile")]
    command = [sys.executable, "-m", "snakemake", *snakefile, "--dry-run", "--forceall", "--quiet"]
    return [processor_time([*command, "--config", f"scale={scale}"]) for _ in range(ROUNDS)]


def processor_time(command: Sequence[str]) -> float:
    """Seconds of the processor that a program and what it starts take; it must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def wall(start: np.ndarray, end: np.ndarray) -> float:
    """Seconds from the first start to the last end, without pauses."""
    order = np.argsort(start)
    latest = np.maximum.accumulate(end[order])
    gaps = start[order][1:] - latest[:-1]
    return float(latest[-1] - start.min() - gaps[gaps > PAUSE].sum())


def at_once(start: np.ndarray, end: np.ndarray) -> int:
    """The most jobs that ran at the same time, for a tenth of the run: the cores that it was given.

    Not for a moment: a job's end is known by a file that is written when the next has begun.
    """
    moments = np.unique(np.concatenate([start, end]))
    at, lasted = moments[:-1, None], np.diff(moments)
    running = ((start <= at) & (at < end)).sum(1)
    levels = np.unique(running)[::-1]
    return int(next(n for n in levels if lasted[running >= n].sum() >= wall(start, end) / 10))


def other_share(start: np.ndarray, end: np.ndarray, training: np.ndarray) -> float:
    """The share of cores x wall time in which no training job (bool [jobs]) ran."""
    spent = (end - start)[training].sum()
    return float(1 - spent / (at_once(start, end) * wall(start, end)))


def idle_share(start: np.ndarray, end: np.ndarray) -> float:
    """The share of cores x wall time in which no job ran."""
    return other_share(start, end, np.ones(len(start), bool))


def job_share(start: np.ndarray, end: np.ndarray, chosen: np.ndarray) -> float:
    """The share of the seconds of all jobs that the chosen ones took, bool [jobs]."""
    spent = end - start
    return float(spent[chosen].sum() / spent.sum())
