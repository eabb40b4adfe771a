"""What a run will take and can show, before it is run.

Time is forecast by how long the same jobs took here, if they ran. Else by multiplications
(`truthserum.work`), and by how fast jobs were that computed for long enough to tell: those of the
experiment at another scale, else of its leak, else a network that is timed for the purpose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from truthserum.findings.columns import TABLES

START = 3.0  # seconds that a job takes before it computes: Python, and what it imports
TELLING = 10  # times as long as its start, or longer, is a job that tells how fast it computes
COLUMNS = list(TABLES["plan"].meanings)
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

    records: that a model is trained on, in the arm with most. products: multiplications by stage,
    or None where a network is not known. longest: of its largest job. jobs: of each stage. memory:
    megabytes of the largest job.
    """

    name: str
    leak: str
    arms: int
    models: int
    records: int
    jobs: Mapping[str, int]
    products: Mapping[str, float] | None
    longest: Mapping[str, float]
    bytes: float
    memory: int

    def row(self, pace: "Pace", cores: int) -> dict[str, Any]:
        """The row of the table."""
        row = {
            "experiment": self.name,
            "arms": self.arms,
            "models": self.models,
            "records": self.records,
            "jobs": sum(self.jobs.values()),
            "disk_gb": self.bytes / 1e9,
            "memory_gb": self.memory / 1e3,
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
    if unknown := int(rows["core_hours"].isna().sum()):
        total["by"] = f"without {unknown} of unknown size"
    joined = pd.concat([rows, pd.DataFrame([total])], ignore_index=True)
    return joined.astype(dict.fromkeys(("arms", "models", "records", "jobs"), "Int64"))[COLUMNS]


def told(plan: pd.DataFrame, intervals: pd.DataFrame, scale: str, cores: int) -> str:
    """Both tables in words and columns."""
    costs, widths = plan.copy(), intervals.copy()
    for name in ("core_hours", "hours", "disk_gb"):
        costs[name] = [f"{value:.2g}" if value < 10 else f"{value:,.0f}" for value in costs[name]]
    for name, form in (("lowest_fpr", ".1g"), ("least", ".2g"), ("most", ".2g")):
        widths[name] = [f"{value:{form}}" if value > 0 else "" for value in widths[name]]
    for table, names in ((costs, ["records"]), (widths, ["negatives", "models_wanted"])):
        table[names] = table[names].astype("string").fillna("")
    costs["by"] = costs["by"].fillna("")
    return "\n".join(
        [
            f"{scale}, on {cores} cores; data, language models and figures are not counted",
            costs.to_string(index=False),
            "",
            "How far from its value an interval ends, at least and at most; and how many models at "
            "least, or records at most, bring it within what is wanted",
            widths.to_string(index=False),
        ]
    )
