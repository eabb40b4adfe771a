"""What a run spent its time on, from the start and the end of each of its jobs, in seconds."""

import numpy as np

PAUSE = 60.0  # with no job running for longer than this, the run was stopped and taken up again


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
