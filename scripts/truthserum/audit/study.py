"""One audit, measured: from the answers of all models to claims and tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from truthserum.audit import attribute, charts, claims, epsilon, linear, mitigations, onion
from truthserum.audit import records as exposure
from truthserum.audit import released as release
from truthserum.audit.answers import Answers, published
from truthserum.audit.found import Found, Resampling, find
from truthserum.audit.growth import growth
from truthserum.audit.options import CLEAN, EXPOSED, POISONED
from truthserum.audit.presence import Coins

FEW = "a bound needs four pairs of models, and records that are in or out by themselves"


@dataclass(frozen=True)
class Study:
    """What an audit saw of pairs of models, all on the same records, P.

    clean: of the user's own training. unit: int [P], what is in or out together. people: who is
    asked about. poisoned: with poison on `targets` (positions among the records), or None. trained:
    by mitigation. No arm has more models than `clean`. claimed: the epsilon that is, at `delta`, or
    None. released: a released model, or None. without: of training without the exposed, or None;
    leaving: those, bool [P]. secrets: of a protected column, or None. fitted: a model whose weights
    give records away, of which so many `unknown` ones are computed, or None. seed, draws: of the
    bootstrap.
    """

    clean: Answers
    coins: Coins
    unit: np.ndarray
    people: exposure.People
    seed: int
    draws: int
    poisoned: Answers | None = None
    targets: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    trained: Mapping[str, Answers] = field(default_factory=dict)
    claimed: float | None = None
    delta: float = 1e-5
    released: release.Released | None = None
    without: Answers | None = None
    leaving: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    secrets: attribute.Secrets | None = None
    fitted: linear.Fitted | None = None
    unknown: int = 0


Tables = dict[str, pd.DataFrame]


def measured(study: Study) -> tuple[dict, Tables]:
    """The parts of `audit.json` that follow from answers, and the tables by name.

    ValueError where answers allow no attack (see `found.find`).
    """
    found = find(study.clean, Resampling(study.seed, study.draws, study.unit))
    table = exposure.records(found, study.people)
    rows = [
        claims.any_leak(study.clean, study.coins, study.unit, study.seed),
        *claims.comparable(found),
        claims.named_records(int(table["named"].sum()), len(table), study.clean),
        *claims.accuracies(study.clean),
        _epsilon(study),
    ]
    curves = {CLEAN: found}
    if study.poisoned is not None:
        curves[POISONED], added = mitigations.worst_contributor(
            study.poisoned, found, study.targets
        )
        rows += added
    tests = checks(study.clean)
    if study.released is not None:
        curves[release.NAME] = own = release.find(found, study.released)
        rows += claims.measures(own, release.NAME)
        tests += _release_checks(study, found)
    tried = _mitigations(study, found)
    if study.without is not None:
        rows += onion.claims(*_stayed(study), int(study.leaving.sum()))
        tried += _without(study, found.resampling)
    if study.secrets is not None:
        rows += attribute.claims(study.secrets, study.seed, study.draws)
    if study.fitted is not None:
        rows += linear.claims(study.fitted, study.unknown, study.seed)
    body = {
        "claims": rows,
        "groups": exposure.groups(found, study.people, table),
        "growth": growth(found),
        "mitigations": tried,
        "checks": tests,
    }
    tables = {"records": table, "roc": charts.roc(curves), "scores": charts.histogram(study.clean)}
    return body, tables


def _epsilon(study: Study) -> dict:
    bound = epsilon.of_pairs(study.clean, study.coins, study.unit, study.delta)
    claim = epsilon.as_claim(bound, study.claimed, study.delta)
    return claim if bound else claim | {"reason": FEW}


def _release_checks(study: Study, found: Found) -> list[dict]:
    gap = release.accuracy_gap(study.clean, study.released)
    control = release.blind_control(found, study.released)
    return [control] if gap is None else [control, gap]


def _mitigations(study: Study, plain: Found) -> list[dict]:
    less = published(study.clean)
    rows = [mitigations.mitigation(n, "output", a, plain) for n, a in less.items()]
    rows += [mitigations.mitigation(n, "training", a, plain) for n, a in study.trained.items()]
    best = mitigations.best({**less, **study.trained}, plain)
    if best is None:
        return rows
    return [
        row | ({"best": True, "shown": best} if row["id"] == best["id"] else {}) for row in rows
    ]


def _stayed(study: Study) -> tuple[Answers, Answers]:
    """Answers on those who stay, of training with the exposed and without."""
    stay = ~study.leaving
    return study.clean.of(stay), study.without.of(stay)


def _without(study: Study, resampling: Resampling) -> list[dict]:
    """What is left of the leak of those who stay; nothing where nobody left."""
    if not study.leaving.any():
        return []
    before, after = _stayed(study)
    plain = find(before, resampling.of(~study.leaving))
    return [mitigations.mitigation(EXPOSED, "training", after, plain)]


def checks(answers: Answers) -> list[dict]:
    """What could void an audit, each with a value and whether it passed."""
    equal = (answers.confidence[0::2] == answers.confidence[1::2]).all(axis=1).mean()
    return [
        {
            "id": "models_differ",
            "value": 1 - float(equal),
            "passed": bool(equal < 1),
            "says": "share of pairs of models whose answers differ at all",
        }
    ]
