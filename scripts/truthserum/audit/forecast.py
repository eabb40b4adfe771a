"""What an audit will cost and what it will be able to say, before it is run."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from truthserum.audit.claims import LEVEL
from truthserum.audit.found import LEVELS
from truthserum.audit.products import Pair
from truthserum.audit.widths import RATE, TOLD, TPR, needed, reaches
from truthserum.statistics.intervals import clopper_pearson
from truthserum.statistics.signs import nameable

EXAMPLE = 0.1  # the rate that widths are told for
MORE = (1, 2, 4)  # times as many models as are asked for
WANTED = 0.05  # how far from its value the end of an interval may be


def forecast(asked: int, arms: Mapping[str, int], seconds: float) -> dict:
    """Trainings, time, and what can be named and measured.

    asked: records. arms: pairs of models of each, `clean` among them. seconds: of one pair, with
    the start of its process, on one core.

    Intervals lie between two widths: the decisions on a record are as good as independent from
    model to model, or all alike.
    """
    pairs = arms["clean"]
    decisions = pairs * asked
    return {
        "records": asked,
        "trainings": {arm: 2 * n for arm, n in arms.items()},
        "core_seconds": round(sum(arms.values()) * seconds, 1),
        "nameable": min(asked, nameable(pairs, LEVEL)),
        "names_any": nameable(pairs, LEVEL) >= asked,
        "models_to_name": models_to_name(asked),
        "decisions": decisions,
        "lowest_fpr": 1 / (decisions + 1),
        "measurable": {f"tpr_at_fpr_{level:g}": level * (decisions + 1) >= 1 for level in LEVELS},
        "width_at_10_percent": {"least": width(decisions), "most": width(asked)},
        "reaches": [{"models": 2 * pairs * k, **reaches(pairs * k, asked)} for k in MORE],
        "wanted": {"reach": WANTED, **needed(WANTED, asked)},
    }


def account(asked: int, arms: Mapping[str, Sequence[Pair]]) -> dict:
    """What would have been forecast by the first pair, and what all pairs took.

    asked: records. arms: what each trained, `clean` among them. `core_seconds`: with the starts of
    processes, as they are forecast.
    """
    models = {arm: sum(len(part.confidence) for part in of) for arm, of in arms.items()}
    took = sum(part.made["wall"] * len(part.confidence) / 2 for of in arms.values() for part in of)
    pairs = {arm: count // 2 for arm, count in models.items()}
    first = arms["clean"][0].made["wall"]
    return {"core_seconds": round(took, 1), "forecast": forecast(asked, pairs, first)}


def models_to_name(asked: int) -> int:
    """How many models name one of so many records that shows in every pair."""
    return 2 * math.ceil(math.log2(asked / LEVEL))


def width(trials: int) -> float:
    """Of the exact interval of a rate of `EXAMPLE` in so many independent decisions."""
    low, high = clopper_pearson(np.array(round(EXAMPLE * trials)), trials)
    return float(high - low)


def told(name: str, plan: Mapping[str, Any]) -> str:
    """The same in words."""
    counts = ", ".join(f"{arm} {n}" for arm, n in plan["trainings"].items())
    rates = [measure for measure, can in plan["measurable"].items() if can] or ["no rate"]
    widths = plan["width_at_10_percent"]
    return "\n".join(
        [
            f"{name}: {plan['records']} records asked about; trainings: {counts}",
            f"  {plan['core_seconds'] / 60:.1f} minutes on one core, by one pair that is kept",
            "  a record that shows in every pair "
            + ("can" if plan["names_any"] else "cannot")
            + f" be named (needs {plan['models_to_name']} models)",
            f"  measurable: {', '.join(rates)} (lowest rate {plan['lowest_fpr']:.2g})",
            f"  a rate of 10 % will have an interval {widths['least']:.3f} to "
            f"{widths['most']:.3f} wide",
            f"  intervals, widest where all models agree on a record, of an attack that tells "
            f"{_percent(TOLD)} at {_percent(RATE)} false alarms:",
            *_table(plan),
        ]
    )


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def _table(plan: Mapping) -> Sequence[str]:
    """Widths by number of models, and how many of them, or records, the wanted one takes."""

    def row(*cells: object) -> str:
        return "  {:>8}  {:<18}{}".format(*cells)

    def of(reach: Mapping[str, float]) -> str:
        return f"± {reach['least']:.3f} to {reach['most']:.3f}"

    wanted, asked = plan["wanted"], plan["records"]
    rate = f"rate at {_percent(RATE)}"
    rows = [row("models", "AUC", rate)]
    rows += [row(one["models"], of(one["auc"]), of(one[TPR])) for one in plan["reaches"]]
    for name, said in (("auc", "the AUC"), (TPR, f"the {rate}")):
        one = wanted[name]
        few = asked < one["records"]
        rows.append(
            f"  ± {wanted['reach']:g} of {said} takes {one['models']} models or more"
            + (f", and up to {one['records']} records, of which there are {asked}" if few else "")
        )
    return rows
