"""Measure one audit: claims.json, records.csv, and the tables of its charts.

python scripts/audit_measure.py --settings '{"name": "loans", "arms": {"clean": {...}}, ...}'
    --records records.npz --groups groups.npz --source loans.csv --pairs clean/pair-000.npz …
    --output results/audit/loans

Settings are the whole section of the audit and, for each arm, those that its models were trained
with, and which models each of its parts is: a pair, or a shard of our own models. A part lies in
the folder of its arm, and is believed only if it was made with these. --exposed: who leaves.
--secrets: what is guessed. --own: the data of our models.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from program import parsed, parser, run

import numpy as np

from audit_result import Result, input_of, write
from truthserum.audit import attribute, onion, poison
from truthserum.audit.forecast import account
from truthserum.audit.options import CLEAN, EXPOSED, POISONED, PROTECTED, Audit
from truthserum.audit.parts import answers_of, pairs_of
from truthserum.audit.presence import Coins
from truthserum.audit.products import Pair, Records, digest_of
from truthserum.audit.protected import Protected
from truthserum.audit.records import People
from truthserum.audit.scores import Released, read_released
from truthserum.audit.study import Study, measured
from truthserum.data import stored
from truthserum.data.arrays import read_npz
from truthserum.data.kept import clear, sweep
from truthserum.data.tabular import Table
from truthserum.options import build, checked
from truthserum.seeds import audit_seed

Parts = Mapping[str, Sequence[Pair]]  # of every arm
RECONSTRUCTION = (
    "the closed form is for our glm alone, and for a network it takes thousands of shadow models"
)
# By the option that was not given: what is so left out, and why.
NOT_ASKED = {
    "protect": {"attribute": "`protect` names no column of a table"},
    "poison": {"poisoned": "`poison` is 0"},
    "without_exposed": {"without_exposed": "`without_exposed` is false"},
    "released": {"released": "none is given; the models trained here stand in for it"},
}
# Of the options, what the page repeats as it is.
DECLARED = (
    *("function", "model", "protect", "command", "output"),
    *("poison", "epsilon", "delta", "seed"),
)


def people_of(records: Records, groups: Mapping[str, np.ndarray]) -> People:
    """Those who are asked about."""
    named = np.array(records.classes)[records.label]
    told = {name: of[records.asked] for name, of in groups.items()}
    return People(np.flatnonzero(records.asked), named[records.asked], told)


def study_of(
    audit: Audit,
    records: Records,
    groups: Mapping[str, np.ndarray],
    pairs: Parts,
    leaving: np.ndarray,
) -> Study:
    """What is measured; leaving: who left in the arm without the exposed, bool [N]."""
    seed = audit_seed(audit.seed)
    models = sum(len(part.confidence) for part in pairs[CLEAN])
    coins = records.presence.coins(seed, range(models // 2))
    asked = np.flatnonzero(records.asked)
    member, probability = coins.member[:, asked], audit.output != "signal"
    named = {arm: of for arm, of in pairs.items() if arm != PROTECTED}
    arms = {arm: answers_of(of, member, probability) for arm, of in named.items()}
    clean, poisoned = arms.pop(CLEAN), arms.pop(POISONED, None)
    without = arms.pop(EXPOSED, None)
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
        without=without,
        leaving=leaving[asked],
        claimed=audit.epsilon,
        delta=audit.delta,
        released=_released(audit, records),
    )


def guessed(
    audit: Audit, records: Records, coins: Coins, parts: Sequence[Pair], path: Path
) -> attribute.Secrets:
    """What a study has of a protected column."""
    of = Protected.load(path)
    answers = answers_of(parts, coins.member[:, of.asked], audit.output != "signal")
    return attribute.secrets_of(answers, of, records.unit)


def fitted(audit: Audit, table: Table, coins: Coins) -> Any:
    """Model 0 of a `glm`, whose weights give records away."""
    x, y = table.train_x[coins.member[0]], table.train_y[coins.member[0]]
    assert audit.model is not None
    return build("model", audit.model).fitted(table, x, y)


def _released(audit: Audit, records: Records) -> Released | None:
    if audit.released is None:
        return None
    return read_released(Path(audit.released), records, audit.output)


def coins_of(study: Study) -> str:
    """Checksum of who was asked about and in which model."""
    told = study.people.record.tobytes() + np.packbits(study.clean.member).tobytes()
    return hashlib.sha256(told).hexdigest()


def cost_of(pairs: Parts) -> dict[str, Any]:
    """Trainings and seconds, in all and by arm."""
    arms: dict[str, dict[str, float]] = {
        arm: {
            "trainings": sum(len(part.confidence) for part in of),
            "seconds": round(sum(sum(part.made["seconds"]) for part in of), 3),
        }
        for arm, of in pairs.items()
    }
    total = {
        key: round(sum(arm[key] for arm in arms.values()), 3) for key in ("trainings", "seconds")
    }
    return {**total, "arms": arms}


def defended(rows: Sequence[Mapping], arms: Mapping[str, Mapping]) -> list[dict]:
    """Mitigations, each with the name of the defence that its models of ours were trained with."""
    named = {arm: next(iter(of["defence"])) for arm, of in arms.items() if "defence" in of}
    return [{**row, "defence": named.get(row["id"], "none")} for row in rows]


def declared(audit: Audit, records: Records, study: Study) -> dict[str, object]:
    """What the page may repeat of the settings and of the data."""
    data = audit.data
    assert data is not None
    return {
        **{option: getattr(audit, option) for option in DECLARED},
        "models": len(study.clean.member),
        "targets": len(study.targets),
        "label": None if data.folder else data.label,
        "classes": list(records.classes),
        "groups": list(data.groups),
        "subject": data.subject,
        "unit": audit.unit or ("images" if data.folder else None),
        "duplicates": records.repeated,
        "units": len(np.unique(records.unit)),
        "records": len(records.label),
    }


def main() -> None:
    given = "records", "groups", "source", "output"
    options = parsed(parser(__doc__, *given, exposed="*", secrets="*", own="*", pairs="+"))
    settings, name = options.settings, options.settings["name"]
    audit = checked(Audit, settings["audit"], name)
    records = Records.load(options.records)
    contents = dict.fromkeys(settings["arms"], digest_of(options.records, options.source))
    contents[EXPOSED] = digest_of(options.records, options.source, *options.exposed)
    contents[PROTECTED] = digest_of(options.records, options.source, *options.secrets)
    pairs = pairs_of(options.pairs, settings, contents)
    leaving = onion.read_leavers(options.exposed, len(records.label))
    study = study_of(audit, records, read_npz(options.groups), pairs, leaving)
    for path in options.secrets:
        of = pairs[PROTECTED], path
        study = replace(study, secrets=guessed(audit, records, study.coins, *of))
    for path in options.own:
        table = stored.read(path)
        assert isinstance(table, Table)
        own = fitted(audit, table, study.coins)
        study = replace(study, fitted=own, unknown=audit.targets)
    inputs = [{**input_of(options.source), "rows": len(records.label)}]
    if audit.released and study.released:
        inputs.append({**input_of(Path(audit.released)), "rows": len(study.released.at)})
    about = {
        "name": name,
        "door": audit.door,
        "inputs": inputs,
        "declared": declared(audit, records, study),
        "coins": coins_of(study),
    }
    skipped = {} if "glm" in (audit.model or {}) else {"reconstruction": RECONSTRUCTION}
    for option, left_out in NOT_ASKED.items():
        skipped |= {} if getattr(audit, option) else left_out
    made = pairs[CLEAN][0].made
    cost = cost_of(pairs) | account(len(study.unit), len(study.targets), pairs)
    body, tables = measured(study)
    body["mitigations"] = defended(body["mitigations"], settings["arms"])
    result = Result(about, body, tables, skipped, cost, made["version"], made["libraries"])
    write(result, settings, options.output)
    clear(options.pairs)
    sweep(options.pairs)


if __name__ == "__main__":
    run(main)
