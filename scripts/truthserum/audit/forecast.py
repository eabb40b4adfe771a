"""What an audit will cost and what it will be able to say, before it is run."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from truthserum.audit.analysis.claims import LEVEL
from truthserum.audit.analysis.found import LEVELS
from truthserum.audit.options import CLEAN, POISONED, PROTECTED
from truthserum.audit.parts import models_in
from truthserum.audit.products import Pair
from truthserum.audit.protected import MOST
from truthserum.statistics.intervals import share_interval
from truthserum.statistics.signs import models_to_name, nameable
from truthserum.statistics.widths import RATE, Decisions, guesses_reach, needed, reaches, tpr

EXAMPLE = 0.1  # the rate that widths are told for
MORE = (1, 2, 4)  # times as many models as are asked for
WANTED = 0.05  # how far from its value the end of an interval may be
TPR = tpr(RATE)
GUESSES = "attribute_right"


@dataclass(frozen=True)
class First:
    """What the first job took, by pair of models but for memory.

    pairs: that it trained. seconds: with the start of its process, on one core. memory: bytes of
    the whole job at its most. kept: bytes of answers. beside: of what lies beside them until all is
    measured. temporary: of files that are gone when the job ends.
    """

    pairs: int
    seconds: float
    memory: int
    kept: int
    beside: float
    temporary: float

    @classmethod
    def of(cls, part: Pair) -> "First":
        """That of a part, of one pair or of more."""
        pairs, made = len(part.confidence) // 2, part.made
        return cls(
            pairs=pairs,
            seconds=made["wall"],
            memory=made["memory"],
            kept=part.bytes // pairs,
            beside=made["beside"] / pairs,
            temporary=made["temporary"] / pairs,
        )


@dataclass(frozen=True)
class Arm:
    """Pairs of models, on how many records they are measured, and how many answers each gives."""

    pairs: int
    records: int
    answers: int


Arms = Mapping[str, Arm]  # by name, `clean` among them


def arms_of(pairs: Mapping[str, int], asked: int, targets: int, guesses: int) -> dict[str, Arm]:
    """Arms of so many pairs.

    asked: records, in all. targets: of poison. guesses: answers on a protected column.
    """
    records = {POISONED: targets, PROTECTED: min(asked, MOST)}
    answers = {PROTECTED: guesses}
    return {
        arm: Arm(count, records.get(arm, asked), answers.get(arm, asked))
        for arm, count in pairs.items()
    }


def forecast(arms: Arms, first: First) -> dict[str, Any]:
    """Trainings, time, disk, memory, and what can be named and measured.

    Intervals lie between two widths: the decisions on a record are as good as independent from
    model to model, or all alike.
    """
    pairs, records = arms[CLEAN].pairs, arms[CLEAN].records
    return {
        "records": records,
        "trainings": {name: 2 * arm.pairs for name, arm in arms.items()},
        "core_seconds": round(first.seconds * sum(arm.pairs for arm in arms.values()), 1),
        "disk_bytes": round(first.kept * _weight(arms)),
        "memory_bytes": first.memory,
        "nameable": min(records, nameable(pairs, LEVEL)),
        "names_any": nameable(pairs, LEVEL) >= records,
        "models_to_name": models_to_name(records, LEVEL),
        "arms": {name: shown(name, arm) for name, arm in arms.items()},
        "reaches": [{"models": 2 * pairs * k, **_rates(pairs * k, records)} for k in MORE],
        "wanted": {"reach": WANTED, **_needed(records)},
    }


def shown(name: str, arm: Arm) -> dict[str, Any]:
    """What an arm can measure."""
    pairs, records = arm.pairs, arm.records
    if name == PROTECTED:
        return {"records": records, "reaches": {GUESSES: guesses_reach(pairs, records)}}
    decisions = pairs * records
    return {
        "records": records,
        "decisions": decisions,
        "lowest_fpr": 1 / (decisions + 1),
        "measurable": {tpr(level): level * (decisions + 1) >= 1 for level in LEVELS},
        "width_at_10_percent": {"least": width(decisions), "most": width(records)},
        "reaches": _rates(pairs, records),
    }


def on_machine(arms: Arms, first: First, cores: int) -> dict[str, Any]:
    """The same audit with a job on each core: seconds, and bytes of memory and disk at the most."""
    jobs = sum(math.ceil(arm.pairs / first.pairs) for arm in arms.values())
    at_once, every = min(cores, jobs), sum(arm.pairs for arm in arms.values())
    each = first.pairs * first.seconds
    waiting = _weight(arms) * (first.kept + first.beside)
    waiting += at_once * first.pairs * first.temporary
    return {
        "cores": cores,
        "seconds": round(max(every * first.seconds / cores, each), 1),
        "memory_bytes": at_once * first.memory,
        "disk_bytes": round(waiting),
    }


def account(asked: int, targets: int, arms: Mapping[str, Sequence[Pair]]) -> dict[str, Any]:
    """What would have been forecast by the first pair, and what all pairs took.

    asked: records. targets: of poison. arms: what each trained, `clean` among them. `core_seconds`:
    with the starts of processes, as they are forecast.
    """
    parts = [part for of in arms.values() for part in of]
    models = {arm: models_in(of) for arm, of in arms.items()}
    guesses = arms[PROTECTED][0].confidence.shape[1] if PROTECTED in arms else 0
    took = sum(part.made["wall"] * len(part.confidence) / 2 for part in parts)
    trained = {arm: count // 2 for arm, count in models.items() if count}
    first = First.of(arms[CLEAN][0])
    return {
        "core_seconds": round(took, 1),
        "disk_bytes": sum(part.bytes for part in parts),
        "memory_bytes": max(part.made["memory"] for part in parts),
        "forecast": forecast(arms_of(trained, asked, targets, guesses), first),
    }


def width(trials: int) -> float:
    """Of the exact interval of a rate of `EXAMPLE` in so many independent decisions."""
    _, low, high = share_interval(round(EXAMPLE * trials), trials)
    return high - low


def _weight(arms: Arms) -> float:
    """How many pairs of the clean arm give as many answers as all pairs together."""
    return sum(arm.pairs * arm.answers for arm in arms.values()) / arms[CLEAN].answers


def _rates(pairs: int, records: int) -> dict[str, dict[str, float]]:
    return reaches(Decisions(pairs, records, records))


def _needed(records: int) -> dict[str, dict[str, int]]:
    found = needed(WANTED, Decisions(1, records, records))
    return {
        name: {"models": 2 * one["units"], "records": one["records"]} for name, one in found.items()
    }
