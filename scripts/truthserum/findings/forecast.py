"""What a run will take and can show, before it is run.

Time is forecast by how long the same jobs took here, if they ran. Else by multiplications
(`truthserum.work`), and by how fast jobs were that computed for long enough to tell: those of the
experiment at another scale, else of its leak, else a network that is timed for the purpose.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

START = 3.0  # seconds that a job takes before it computes: Python, and what it imports
TELLING = 10  # times as long as its start, or longer, is a job that tells how fast it computes
COLUMNS = [
    *("experiment", "arms", "models", "jobs", "core_hours", "hours", "disk_gb", "memory_gb"),
    *("negatives", "lowest_fpr", "by"),
]
TOTAL = "all"


@dataclass(frozen=True)
class Seen:
    """Jobs of one stage of an experiment that ran here, at one scale, together."""

    experiment: str
    leak: str
    scale: str
    stage: str
    jobs: int
    seconds: float
    products: float

    @property
    def tells(self) -> bool:
        """Whether these jobs did much more than to start."""
        return self.products > 0 and self.seconds > TELLING * START * self.jobs

    @property
    def speed(self) -> float:
        """Multiplications a second, apart from the starts of processes."""
        return self.products / (self.seconds - START * self.jobs)


@dataclass(frozen=True)
class Asked:
    """An experiment that is to be run.

    products: multiplications by stage, or None where a network is not known. longest: of its
    largest job. jobs: of each stage. memory: megabytes of the largest job. negatives: decisions of
    the arm with the fewest, or None where there is no false-positive rate.
    """

    name: str
    leak: str
    arms: int
    models: int
    jobs: Mapping[str, int]
    products: Mapping[str, float] | None
    longest: Mapping[str, float]
    bytes: float
    memory: int
    negatives: int | None

    def row(self, pace: "Pace", cores: int) -> dict[str, Any]:
        """The row of the table."""
        row = {
            "experiment": self.name,
            "arms": self.arms,
            "models": self.models,
            "jobs": sum(self.jobs.values()),
            "disk_gb": self.bytes / 1e9,
            "memory_gb": self.memory / 1e3,
            "negatives": self.negatives,
            "lowest_fpr": 1 / self.negatives if self.negatives else math.nan,
        }
        if self.products is None:
            return row | {"by": "unknown: the size of the network"}
        stages = {stage: pace.of(self, stage) for stage in self.jobs}
        total = sum(took for took, _, _ in stages.values())
        longest = max(of_largest for _, of_largest, _ in stages.values())
        by = dict.fromkeys(by for stage, (*_, by) in stages.items() if self.products[stage])
        hours = {"core_hours": total / 3600, "hours": max(total / cores, longest) / 3600}
        return row | hours | {"by": ", ".join(by)}


@dataclass(frozen=True)
class Pace:
    """How fast jobs are here.

    scale: that is to be run. seen: jobs that ran. timed: multiplications a second of a network.
    """

    scale: str
    seen: Sequence[Seen]
    timed: float

    def of(self, asked: Asked, stage: str) -> tuple[float, float, str]:
        """Seconds of all jobs of a stage and of the largest, and by what they are known."""
        alike = [one for one in self.seen if one.stage == stage and one.leak == asked.leak]
        own = [one for one in alike if one.experiment == asked.name]
        jobs, products = asked.jobs[stage], (asked.products or {})[stage]
        for same in own:
            if same.scale == self.scale:
                each = same.seconds / same.jobs
                largest = asked.longest[stage] * jobs / products if products else 1
                return jobs * each, each * largest, "its own jobs"
        speed, by = self.timed, "a timed network"
        for known in (alike, own):  # the nearer comes last
            if telling := [one for one in known if one.tells]:
                largest_run = max(telling, key=lambda one: one.products)
                speed = largest_run.speed
                by = f"{largest_run.experiment} at {largest_run.scale}"
        return START * jobs + products / speed, START + asked.longest[stage] / speed, by


def forecast(experiments: Sequence[Asked], pace: Pace, cores: int) -> pd.DataFrame:
    """A row for each experiment, and their total in the last one, with the columns `COLUMNS`."""
    rows = pd.DataFrame([one.row(pace, cores) for one in experiments], columns=COLUMNS)
    rows = rows.astype({"core_hours": float, "hours": float})
    sums = rows[["arms", "models", "jobs", "core_hours", "disk_gb"]].sum()
    whole = max(sums["core_hours"] / cores, rows["hours"].max())
    total = {**sums, "experiment": TOTAL, "hours": whole, "memory_gb": rows["memory_gb"].max()}
    joined = pd.concat([rows, pd.DataFrame([total])], ignore_index=True)
    return joined.astype(dict.fromkeys(("arms", "models", "jobs", "negatives"), "Int64"))[COLUMNS]


def told(plan: pd.DataFrame, scale: str, cores: int) -> str:
    """The table in words and columns."""
    shown = plan.copy()
    for name in ("core_hours", "hours", "disk_gb"):
        shown[name] = [f"{value:.2g}" if value < 10 else f"{value:,.0f}" for value in shown[name]]
    shown["lowest_fpr"] = [f"{value:.1g}" if value > 0 else "" for value in shown["lowest_fpr"]]
    shown["negatives"] = shown["negatives"].astype("string").fillna("")
    shown["by"] = shown["by"].fillna("")
    header = f"{scale}, on {cores} cores; data, language models and figures are not counted"
    return f"{header}\n{shown.to_string(index=False)}"
