"""The forecast of an audit in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from truthserum.audit.analysis.found import LEVELS
from truthserum.audit.forecast import GUESSES, TPR
from truthserum.report.units import duration, size
from truthserum.statistics.widths import RATE, TOLD, tpr

RATES = f"rate at {100 * RATE:g} %"


def told(name: str, plan: Mapping[str, Any], machine: Mapping[str, Any]) -> str:
    """What `forecast` and `on_machine` found."""
    counts = ", ".join(f"{arm} {n}" for arm, n in plan["trainings"].items())
    return "\n".join(
        [
            f"{name}: {plan['records']} records asked about; trainings: {counts}",
            f"  training: {duration(plan['core_seconds'])} on one core, "
            f"{duration(machine['seconds'])} on the {machine['cores']} of this machine, by the "
            "first models, which are kept",
            f"  disk: {size(plan['disk_bytes'])}, and {size(machine['disk_bytes'])} until all is "
            "measured",
            f"  memory: up to {size(plan['memory_bytes'])} for a job that trains, and "
            f"{size(machine['memory_bytes'])} with one on each core",
            "  a record that shows in every pair "
            + ("can" if plan["names_any"] else "cannot")
            + f" be named (needs {plan['models_to_name']} models)",
            f"  intervals, widest where all models agree on a record, of an attack that tells "
            f"{_percent(TOLD)} at {_percent(RATE)} false alarms:",
            *_arms(plan),
            *_more(plan),
        ]
    )


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def _reach(reach: Mapping[str, float]) -> str:
    return f"± {reach['least']:.3f} to {reach['most']:.3f}"


def _row(*cells: object) -> str:
    return "  {:<18}{:<9}{:<22}{:<19}{}".format(*cells)


def _arms(plan: Mapping[str, Any]) -> Sequence[str]:
    """What the models of each arm can measure."""
    rows = [_row("arm", "records", "false alarms", "AUC", RATES)]
    for name, arm in plan["arms"].items():
        reach, records = arm["reaches"], arm["records"]
        if GUESSES in reach:
            said = f"right guesses, of which half are: {_reach(reach[GUESSES])}"
            rows.append(_row(name, records, said, "", "").rstrip())
            continue
        levels = [_percent(level) for level in LEVELS if arm["measurable"][tpr(level)]]
        rate = _reach(reach[TPR]) if arm["measurable"][TPR] else "–"
        rows.append(_row(name, records, ", ".join(levels) or "none", _reach(reach["auc"]), rate))
    return rows


def _more(plan: Mapping[str, Any]) -> Sequence[str]:
    """Widths by number of models, and how many of them, or records, the wanted one takes."""

    def row(*cells: object) -> str:
        return "  {:>8}  {:<18}{}".format(*cells)

    wanted, asked = plan["wanted"], plan["records"]
    rows = [row("models", "AUC", RATES)]
    rows += [row(one["models"], _reach(one["auc"]), _reach(one[TPR])) for one in plan["reaches"]]
    for name, said in (("auc", "the AUC"), (TPR, f"the {RATES}")):
        one = wanted[name]
        few = asked < one["records"]
        rows.append(
            f"  ± {wanted['reach']:g} of {said} takes {one['models']} models or more"
            + (f", and up to {one['records']} records, of which there are {asked}" if few else "")
        )
    return rows
