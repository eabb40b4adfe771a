"""An audit of predictions that are there already, measured: claims and tables."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import binomtest

from truthserum.audit.analysis import charts, claims, direction, epsilon, mitigations
from truthserum.audit.analysis import records as exposure
from truthserum.audit.analysis.answers import Answers, published
from truthserum.audit.analysis.attacks import is_paired
from truthserum.audit.analysis.found import Found, Resampling, find
from truthserum.audit.analysis.study import Tables
from truthserum.audit.options import CLEAN

NO_COINS = "memberships were not decided by fair coins, so members may differ by themselves"
NO_PAIRS = "the models are not pairs in which one of two is trained on each record"
RARE = 0.001  # of fair coins, of which so few or so many members come
FEW = (
    "of given answers, a bound needs one model alone, whose members were thrown by coins, each "
    "record by itself"
)


@dataclass(frozen=True)
class GivenStudy:
    """What an audit saw of one model or several that others trained.

    coins: whether fair coins chose their members, each by itself. alone: bool [P], which records
    had a coin of their own, as far as there is the data to tell. Other fields as in `Study`.
    """

    answers: Answers
    people: exposure.People
    coins: bool
    resampling: Resampling
    claimed: float | None
    delta: float
    alone: np.ndarray


def measured(study: GivenStudy) -> tuple[dict[str, Any], Tables]:
    """The parts of `audit.json` that follow from predictions, and the tables by name.

    Whether there is a leak at all only coins can tell, and whether a record shows only pairs of
    models of which coins decided which one holds it: a model of other people is surer of those.
    """
    answers = study.answers
    found = find(answers, study.resampling)
    table = exposure.records(found, study.people)
    if not study.coins:
        table = table.assign(**exposure.UNTESTED)
    paired = is_paired(answers.member)
    named = claims.unresolved("named_records", NO_COINS if paired else NO_PAIRS)
    if paired and study.coins:
        named = claims.named_records(answers)
    rows = [
        _any_leak(study),
        *claims.measures(found),
        named,
        *claims.accuracies(answers),
        _epsilon(study, found),
    ]
    body = {
        "claims": rows,
        "groups": exposure.groups(found, study.people, table),
        "growth": claims.growth(found) if paired else [],
        "mitigations": [mitigations.mitigation(n, a, found) for n, a in published(answers).items()],
        "checks": _checks(study),
    }
    tables = {
        "records": table,
        "roc": charts.roc({CLEAN: found}),
        "scores": charts.histogram(answers),
    }
    return body, tables


def _any_leak(study: GivenStudy) -> dict[str, Any]:
    if study.coins:
        return claims.any_leak_of_drawn(study.answers, study.resampling.seed)
    return claims.unresolved("any_leak", NO_COINS)


def _epsilon(study: GivenStudy, found: Found) -> dict[str, Any]:
    bound, member, alone = None, study.answers.member, study.alone
    if study.coins and len(member) == 1 and alone.sum() > 1:
        told = found.chosen.scores[0, alone], member[0, alone]
        bound = epsilon.of_one_model(*told, study.delta)
    return epsilon.as_claim(bound, study.claimed, study.delta, FEW)


def _fair(member: np.ndarray) -> bool:
    """Whether fair coins could have chosen the members [M, P], of which rows may be halves."""
    coins = member[::2]
    return bool(binomtest(int(coins.sum()), coins.size).pvalue >= RARE)


def _checks(study: GivenStudy) -> list[dict[str, Any]]:
    member = study.answers.member
    return [
        {
            "id": "coins",
            "value": float(member.mean()),
            "passed": _fair(member) if study.coins else None,
            "says": "share of members; "
            + ("decided by fair coins, as declared" if study.coins else NO_COINS),
        },
        direction.check(study.answers, study.resampling),
    ]
