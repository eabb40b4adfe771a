"""The share of a finished run's time that was not training, from its benchmark files.

python scripts/bench_workflow.py --results results/laptop --games targeted
    --output workflow.json

A benchmark file is written when its job ends, and says how many seconds the job took; both together
are the job's start and end.
"""

import argparse
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from program import run, write_json
from truthserum.bench import jobs
from truthserum.bench.measures import Measure


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--results", type=Path, required=True)
    arguments.add_argument("--games", nargs="+", required=True, help="names of experiments")
    arguments.add_argument("--output", type=Path, required=True)
    options = arguments.parse_args()

    records = sorted(options.results.rglob(".benchmark/*.tsv"))
    training = np.array([path.name.startswith("train-") for path in records])
    if not training.any():
        raise ValueError(f"{options.results}: found no benchmark of train, allowed one or more")
    names = [path.relative_to(options.results).parts[0] for path in records]
    games = np.isin(names, options.games)
    end = np.array([path.stat().st_mtime for path in records])
    start = end - [pd.read_csv(path, sep="\t")["s"].item() for path in records]
    measures = [
        Measure("run, wall time", "s", [jobs.wall(start, end)]),
        Measure("run, jobs at a time", "jobs", [jobs.at_once(start, end)]),
        Measure("run, cores without a job", "%", [100 * jobs.idle_share(start, end)]),
        Measure("run, not training", "%", [100 * jobs.other_share(start, end, training)]),
        Measure(
            f"{', '.join(options.games)}, jobs that do not train",
            "%",
            [100 * jobs.job_share(start[games], end[games], ~training[games])],
            below=15,
        ),
    ]
    write_json(options.output, [asdict(measure) for measure in measures])


if __name__ == "__main__":
    run(main)
