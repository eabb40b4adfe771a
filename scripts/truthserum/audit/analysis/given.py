"""An audit of predictions that are there already, measured: claims and tables."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from truthserum.audit.analysis import charts, claims, direction, epsilon, mitigations
from truthserum.audit.analysis import records as exposure
from truthserum.audit.analysis.answers import Answers, published
from truthserum.audit.analysis.attacks import is_paired
from truthserum.audit.analysis.found import Found, Resampling, find
from truthserum.audit.claim import Claim
from truthserum.audit.document import Measured
from truthserum.audit.options import CLEAN
from truthserum.audit.result import Check

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


def measured(study: GivenStudy) -> Measured:
    """All that follows from predictions.

    Whether there is a leak at all only coins can tell, and whether a record shows only pairs of
    models of which coins decided which one holds it: a model of other people is surer of those.
    """
    answers = study.answers
    found = find(answers, study.resampling)
    table = exposure.records(found, study.people)
    if not study.coins:
        table = table.assign(**exposure.UNTESTED)
    paired = is_paired(answers.member)
    why_none = NO_COINS if paired else NO_PAIRS
    named = Claim("named_records", resolved=False, reason=why_none)
    if paired and study.coins:
        named = claims.named_records(answers)
    return Measured(
        claims=(
            _any_leak(study),
            *claims.measures(found),
            named,
            *claims.accuracies(answers),
            _epsilon(study, found),
        ),
        groups=exposure.groups(found, study.people, table),
        growth=claims.growth(found) if paired else (),
        mitigations=tuple(
            mitigations.mitigation(*less, found) for less in published(answers).items()
        ),
        checks=_checks(study),
        tables={
            "records": table,
            "roc": charts.roc({CLEAN: found}),
            "scores": charts.histogram(answers),
        },
    )


def _any_leak(study: GivenStudy) -> Claim:
    if study.coins:
        return claims.any_leak_of_drawn(study.answers, study.resampling.seed)
    return Claim("any_leak", resolved=False, reason=NO_COINS)


def _epsilon(study: GivenStudy, found: Found) -> Claim:
    bound, member, alone = None, study.answers.member, study.alone
    if study.coins and len(member) == 1 and alone.sum() > 1:
        told = found.chosen.scores[0, alone], member[0, alone]
        bound = epsilon.of_one_model(*told, study.delta)
    return epsilon.as_claim(bound, study.claimed, study.delta, FEW)


def _fair(member: np.ndarray) -> bool:
    """Whether fair coins could have chosen the members [M, P]; of a pair one coin chose both."""
    coins = member[::2] if is_paired(member) else member
    return bool(binomtest(int(coins.sum()), coins.size).pvalue >= RARE)


def _checks(study: GivenStudy) -> tuple[Check, ...]:
    member = study.answers.member
    passed = _fair(member) if study.coins else None
    how = "decided by fair coins, as declared" if study.coins else NO_COINS
    coins = Check("coins", passed, f"share of members; {how}", float(member.mean()))
    return coins, direction.check(study.answers, study.resampling)
