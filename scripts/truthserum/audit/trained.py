"""An audit of models that were trained here: what is measured of them, and what is said of it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from truthserum.audit.analysis import attribute
from truthserum.audit.analysis.found import Resampling
from truthserum.audit.analysis.mitigations import Poisoned
from truthserum.audit.analysis.onion import Without
from truthserum.audit.analysis.records import People
from truthserum.audit.analysis.study import Study
from truthserum.audit.document import Measured
from truthserum.audit.doors.scores import read_released
from truthserum.audit.forecast import account
from truthserum.audit.game import Game
from truthserum.audit.options import CLEAN, EXPOSED, POISONED, PROTECTED, Audit
from truthserum.audit.parts import answers_of, models_in
from truthserum.audit.products import Pair
from truthserum.audit.protected import Protected
from truthserum.data.images import Images
from truthserum.data.tabular import Table
from truthserum.options import build

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


def study_of(
    game: Game,
    parts: Parts,
    groups: Mapping[str, np.ndarray],
    leaving: np.ndarray,
    guessed: Protected | None = None,
    own: Images | Table | None = None,
) -> Study:
    """What is measured.

    groups: text [N] by name. leaving: who left in the arm without the exposed, bool [N]. guessed: a
    protected column. own: the data of a `glm`, whose weights give records away.
    """
    audit, records, asked = game.audit, game.records, game.asked
    coins = game.coins(range(models_in(parts[CLEAN]) // 2))
    arms = {
        arm: answers_of(of, coins.member[:, asked]) for arm, of in parts.items() if arm != PROTECTED
    }
    clean = arms.pop(CLEAN)
    poisoned = without = secrets = released = fitted = None
    if answers := arms.pop(POISONED, None):
        targets = game.worst_contributor().targets
        poisoned = Poisoned(answers, np.searchsorted(asked, targets))
    if answers := arms.pop(EXPOSED, None):
        without = Without(answers, ~leaving[asked])
    if guessed is not None:
        answers = answers_of(parts[PROTECTED], coins.member[:, guessed.asked])
        secrets = attribute.secrets_of(answers, guessed, records.unit)
    if audit.released is not None:
        released = read_released(Path(audit.released), records, audit.output)
    if own is not None:
        assert audit.model is not None  # whose data these are
        held = coins.member[0]
        fitted = build("model", audit.model).fitted(own, own.train_x[held], own.train_y[held])
    label = np.array(records.classes)[records.label]
    return Study(
        clean=clean,
        coins=coins,
        people=People(asked, label[asked], {name: of[asked] for name, of in groups.items()}),
        resampling=Resampling(game.seed, audit.draws, records.unit[asked]),
        trained=arms,
        claimed=audit.epsilon,
        delta=audit.delta,
        poisoned=poisoned,
        without=without,
        released=released,
        secrets=secrets,
        fitted=fitted,
        unknown=audit.targets,
    )


def coins_of(study: Study) -> str:
    """Checksum of who was asked about and in which model."""
    told = study.people.record.tobytes() + np.packbits(study.clean.member).tobytes()
    return hashlib.sha256(told).hexdigest()


def declared(game: Game, study: Study) -> dict[str, Any]:
    """What the page may repeat of the settings and of the data."""
    audit, records, data = game.audit, game.records, game.audit.trained_on
    return {
        **{option: getattr(audit, option) for option in DECLARED},
        "models": len(study.clean.member),
        "targets": _targets(study),
        "label": None if data.folder else data.label,
        "classes": list(records.classes),
        "groups": list(data.groups),
        "subject": data.subject,
        "unit": audit.unit or ("images" if data.folder else None),
        "duplicates": records.repeated,
        "units": len(np.unique(records.unit)),
        "records": len(records.label),
    }


def skipped(audit: Audit) -> dict[str, str]:
    """What was not tested, since no option asked for it, and why."""
    found = {} if "glm" in (audit.model or {}) else {"reconstruction": RECONSTRUCTION}
    for option, left_out in NOT_ASKED.items():
        found |= {} if getattr(audit, option) else left_out
    return found


def cost_of(study: Study, parts: Parts) -> dict[str, Any]:
    """Trainings and seconds, in all and by arm, and what `forecast.account` adds."""
    arms: dict[str, dict[str, float]] = {
        arm: {
            "trainings": models_in(of),
            "seconds": round(sum(sum(part.made["seconds"]) for part in of), 3),
        }
        for arm, of in parts.items()
    }
    total = {
        key: round(sum(arm[key] for arm in arms.values()), 3) for key in ("trainings", "seconds")
    }
    forecast = account(len(study.people.record), _targets(study), parts)
    return {**total, "arms": arms, **forecast}


def defended(found: Measured, arms: Mapping[str, Mapping[str, Any]]) -> Measured:
    """The same with the name of the defence that models of ours were trained with.

    arms: settings of each mitigation.
    """
    named = {arm: next(iter(of["defence"])) for arm, of in arms.items() if "defence" in of}
    rows = (replace(row, defence=named.get(row.id, "none")) for row in found.mitigations)
    return replace(found, mitigations=tuple(rows))


def _targets(study: Study) -> int:
    """How many records are the worst contributor's."""
    return 0 if study.poisoned is None else len(study.poisoned.targets)
