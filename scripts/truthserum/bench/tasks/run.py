"""The share of a finished run's time that was not training, from its benchmark files.

A benchmark file is written when its job ends, and says how many seconds the job took; both together
are the job's start and end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from truthserum.bench import jobs
from truthserum.bench.measures import Measure
from truthserum.bench.tasks.base import Place


@dataclass(frozen=True)
class Run:
    """The whole run, and by themselves the jobs of these experiments."""

    experiments: Sequence[str]

    def measures(self, place: Place) -> list[Measure]:
        """Wall time, cores in use, and what was not training.

        ValueError where no training was recorded.
        """
        records = sorted(place.results.rglob(".benchmark/*.tsv"))
        training = np.array([path.name.startswith("train-") for path in records])
        if not training.any():
            raise ValueError(f"{place.results}: found no benchmark of train, allowed one or more")
        names = [path.relative_to(place.results).parts[0] for path in records]
        chosen = np.isin(names, self.experiments)
        end = np.array([path.stat().st_mtime for path in records])
        start = end - [pd.read_csv(path, sep="\t")["s"].item() for path in records]
        share = jobs.job_share(start[chosen], end[chosen], ~training[chosen])
        label = f"{', '.join(self.experiments)}, jobs that do not train"
        return [
            Measure("run, wall time", "s", [jobs.wall(start, end)]),
            Measure("run, jobs at a time", "jobs", [jobs.at_once(start, end)]),
            Measure("run, cores without a job", "%", [100 * jobs.idle_share(start, end)]),
            Measure("run, not training", "%", [100 * jobs.other_share(start, end, training)]),
            Measure(label, "%", [100 * share], below=15),
        ]
