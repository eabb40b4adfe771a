"""What Snakemake noted of the jobs of an arm: how long they took."""

import csv
from pathlib import Path


def seconds_of(folder: Path, stage: str) -> list[float]:
    """Of each job of a stage of the arm in this folder; none of a job that left no time."""
    every = [_seconds(path) for path in (folder / ".benchmark").glob(f"{stage}*.tsv")]
    return [seconds for seconds in every if seconds > 0]


def _seconds(path: Path) -> float:
    """Of a job, by the benchmark that Snakemake wrote; 0 where that is none."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return sum(float(row["s"]) for row in csv.DictReader(file, delimiter="\t"))
    except (OSError, KeyError, TypeError, ValueError):
        return 0.0
