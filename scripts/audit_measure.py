"""Measure one audit: claims.json, records.csv, and the tables of its charts.

python scripts/audit_measure.py --settings '{"name": "loans", "arms": {"clean": {...}}, ...}'
    --records records.npz --groups groups.npz --source loans.csv --pairs clean/pair-000.npz …
    --output results/audit/loans

Settings are the whole section of the audit and, for each arm, those that its models were trained
with, but for the pair. A pair lies in the folder of its arm, and is believed only if it was made
with these.
"""

import hashlib
from pathlib import Path

import numpy as np

from audit_result import Result, input_of, write
from program import parsed, parser, run
from truthserum.audit import poison
from truthserum.audit.answers import Answers
from truthserum.audit.forecast import account
from truthserum.audit.options import Audit
from truthserum.audit.products import Pair, Records, content_of, key_of
from truthserum.audit.records import People
from truthserum.audit.scores import read_released
from truthserum.audit.study import Promise, Study, measured
from truthserum.data.arrays import read_npz
from truthserum.options import checked
from truthserum.seeds import audit_seed

SKIPPED = {
    "attribute": "no game in which a column is guessed, for models that are functions or programs",
    "reconstruction": "no reconstruction of records, which needs a model's weights",
}
# By the option that was not given: what is so left out, and why.
NOT_ASKED = {
    "poison": {"poisoned": "no worst contributor: `poison` is 0"},
    "released": {"released": "no released model: the models trained here stand for it"},
}


def pairs_of(options):
    """The pairs of every arm, in order; DataError for one that was made with other settings."""
    content = content_of(options.records, options.source)
    pairs: dict[str, list[Pair]] = {}
    for path in options.pairs:
        of_arm = pairs.setdefault(path.parent.name, [])
        made = {**options.settings["arms"][path.parent.name], "pair": len(of_arm)}
        of_arm.append(Pair.load(path, key_of(made, content)))
    return pairs


def answers_of(pairs, member, probability):
    """What all models of an arm answered; member: bool [2 K, n]."""
    rights = [pair.right for pair in pairs]
    right = None if rights[0] is None else np.concatenate(rights)
    return Answers(np.concatenate([pair.confidence for pair in pairs]), member, right, probability)


def people_of(records, groups):
    """Those who are asked about."""
    named = np.array(records.classes)[records.label]
    told = {name: of[records.asked] for name, of in groups.items()}
    return People(np.flatnonzero(records.asked), named[records.asked], told)


def study_of(audit, records, groups, pairs):
    """What is measured."""
    seed = audit_seed(audit.seed)
    coins = records.presence.coins(seed, range(len(pairs["clean"])))
    asked = np.flatnonzero(records.asked)
    member, probability = coins.member[:, asked], audit.output != "signal"
    arms = {arm: answers_of(of, member[: 2 * len(of)], probability) for arm, of in pairs.items()}
    clean, poisoned = arms.pop("clean"), arms.pop("poisoned", None)
    targets = np.zeros(0, np.int64)
    if poisoned is not None:
        drawn = poison.draw(asked, records.label, audit.targets, audit.poison, seed)
        targets = np.searchsorted(asked, drawn.targets)
    return Study(
        clean=clean,
        coins=coins,
        unit=records.unit[asked],
        people=people_of(records, groups),
        seed=seed,
        draws=audit.draws,
        poisoned=poisoned,
        targets=targets,
        trained=arms,
        promise=Promise(audit.epsilon, audit.delta),
        released=_released(audit, records, asked),
    )


def _released(audit, records, asked):
    if audit.released is None:
        return None
    told = records.classes, records.label, asked, audit.output
    return read_released(Path(audit.released), *told)


def coins_of(study):
    """Checksum of who was asked about and in which model."""
    told = study.people.record.tobytes() + np.packbits(study.clean.member).tobytes()
    return hashlib.sha256(told).hexdigest()


def cost_of(pairs):
    """Trainings and seconds, in all and by arm."""
    arms = {
        arm: {
            "trainings": 2 * len(of),
            "seconds": round(sum(sum(pair.made["seconds"]) for pair in of), 3),
        }
        for arm, of in pairs.items()
    }
    total = {
        key: round(sum(arm[key] for arm in arms.values()), 3) for key in ("trainings", "seconds")
    }
    return {**total, "arms": arms}


def declared(audit, records, study):
    """What the page may repeat of the settings and of the data."""
    units = len(np.unique(records.unit))
    data = audit.data
    return {
        "function": audit.function,
        "command": list(audit.command) if audit.command else None,
        "output": audit.output,
        "models": len(study.clean.member),
        "poison": audit.poison,
        "targets": len(study.targets),
        "epsilon": audit.epsilon,
        "delta": audit.delta,
        "policy": audit.policy,
        "label": None if data.folder else data.label,
        "classes": list(records.classes),
        "groups": list(data.groups),
        "subject": data.subject,
        "duplicates": records.repeated,
        "units": units,
        "records": len(records.label),
        "seed": audit.seed,
    }


def main():
    arguments = parser(__doc__.splitlines()[0])
    for name in ("records", "groups", "source", "output"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    arguments.add_argument("--pairs", type=Path, nargs="+", required=True)
    options = parsed(arguments)
    settings, name = options.settings, options.settings["name"]
    audit = checked(Audit, settings["audit"], name)
    records, pairs = Records.load(options.records), pairs_of(options)
    study = study_of(audit, records, read_npz(options.groups), pairs)
    inputs = [{**input_of(options.source), "rows": len(records.label)}]
    if audit.released:
        inputs.append({**input_of(Path(audit.released)), "rows": len(study.released.at)})
    about = {
        "name": name,
        "door": audit.door,
        "inputs": inputs,
        "declared": declared(audit, records, study),
        "coins": coins_of(study),
    }
    skipped = dict(SKIPPED)
    for option, left_out in NOT_ASKED.items():
        skipped |= {} if getattr(audit, option) else left_out
    trained_by = pairs["clean"][0].made["version"]
    cost = cost_of(pairs) | account(len(study.unit), pairs)
    result = Result(about, *measured(study), skipped, cost, trained_by)
    write(result, settings, options.output)


if __name__ == "__main__":
    run(main)
