"""What a plan is made of: what the chosen experiments ask for, and what ran here already."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from operator import truediv
from pathlib import Path
from typing import Any

from truthserum.sentences import OptionError
from truthserum.settings import SCALES
from workflow.benchmarks import seconds_of
from workflow.config import LEAKS
from workflow.experiments import Arm, Experiment, experiments
from workflow.fingerprint import with_code

Row = dict[str, Any]  # as JSON has it


def asked_of(experiment: Experiment, training: int) -> Row:
    """What an experiment asks for, as `findings.forecast.Asked` has it.

    training: megabytes of a job that trains.
    """
    stages, arms = LEAKS[experiment.leak].stages, list(experiment.every.values())
    costs = {stage: [_products(arm, stage) for arm in arms] for stage in stages}
    jobs = {stage: [_jobs(arm, stage) for arm in arms] for stage in stages}
    known = all(arm.work.products is not None for arm in arms)
    return {
        "name": experiment.name,
        "leak": experiment.leak,
        "arms": len(arms),
        "models": sum(arm.work.models for arm in arms),
        "records": max(arm.work.rows for arm in arms),
        "jobs": {stage: sum(counts) for stage, counts in jobs.items()},
        "products": {stage: sum(parts) for stage, parts in costs.items()} if known else None,
        "longest": {stage: max(map(truediv, costs[stage], jobs[stage])) for stage in stages},
        "bytes": sum(arm.work.bytes for arm in arms),
        "memory": max(training, *(arm.options.machine.memory for arm in arms)),
    }


def alike_in(experiment: Experiment) -> list[Row]:
    """The arms whose intervals rest on as much, as `findings.intervals.Alike` has them."""
    works = [arm.work for arm in experiment.every.values()]
    counts = Counter((work.models, work.basis) for work in works if work.basis)
    return [
        {"experiment": experiment.name, "arms": n, "models": models, "basis": asdict(basis)}
        for (models, basis), n in counts.items()
    ]


def jobs_in(experiment: Experiment) -> Row:
    """With what the names of arms begin, the stages of each, and how many jobs these have."""
    stages = list(LEAKS[experiment.leak].stages)
    jobs = {
        name: sum(_jobs(arm, stage) for stage in stages) for name, arm in experiment.every.items()
    }
    return {"factor": experiment.factor, "stages": stages, "jobs": jobs}


def _jobs(arm: Arm, stage: str) -> int:
    return len(arm.shards) if stage == "train" else 1


def _products(arm: Arm, stage: str) -> float:
    return (arm.work.products or {}).get(stage, 0.0)


def seen_in(results: Path, config: Mapping[str, Any]) -> list[Row]:
    """What ran here, as `findings.forecast.Seen` has it: from the benchmarks of all scales.

    results: the folder of all scales. Experiments count at the settings that the config has now.
    """
    return [row for scale in SCALES for row in _seen_at(results / scale, scale, config)]


def _seen_at(folder: Path, scale: str, config: Mapping[str, Any]) -> Iterator[Row]:
    if not any(folder.glob("*/*/.benchmark/*.tsv")):
        return
    try:
        known = experiments({**config, "scale": scale, "experiments": "all"})
    except OptionError:  # this scale is not what is asked for
        return
    for one in known.values():
        for stage in LEAKS[one.leak].stages:
            ran = [_ran(folder / one.name / name, arm, stage) for name, arm in one.every.items()]
            jobs, seconds, products = (sum(part) for part in zip(*ran, strict=True))
            if seconds:
                yield {
                    "experiment": one.name,
                    "leak": one.leak,
                    "scale": scale,
                    "stage": stage,
                    "jobs": jobs,
                    "seconds": seconds,
                    "products": products,
                }


def _ran(folder: Path, arm: Arm, stage: str) -> tuple[int, float, float]:
    """(jobs, seconds, multiplications) of a stage of an arm, of which all or some ran."""
    took = seconds_of(folder, stage)
    return len(took), sum(took), _products(arm, stage) * len(took) / _jobs(arm, stage)


def plan_settings(
    chosen: Mapping[str, Experiment], config: Mapping[str, Any], results: Path, training: int
) -> Row:
    """What decides a plan; results: the folder of all scales."""
    settings = {
        "scale": config["scale"],
        "experiments": [asked_of(one, training) for one in chosen.values()],
        "intervals": [row for one in chosen.values() for row in alike_in(one)],
        "seen": seen_in(results, config),
    }
    return with_code("plan", settings)


def stack_settings(precision: str) -> Row:
    """What decides how fast a network is."""
    return with_code("plan", {"precision": precision})
