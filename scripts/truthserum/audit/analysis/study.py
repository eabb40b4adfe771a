"""One audit, measured: from the answers of all models to claims and tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from truthserum.audit import linear
from truthserum.audit.analysis import (
    attribute,
    charts,
    claims,
    direction,
    epsilon,
    mitigations,
    onion,
)
from truthserum.audit.analysis import records as exposure
from truthserum.audit.analysis import released as release
from truthserum.audit.analysis.answers import Answers, published
from truthserum.audit.analysis.found import Found, Resampling, find
from truthserum.audit.claim import Claim, in_arm
from truthserum.audit.document import Measured
from truthserum.audit.options import CLEAN, EXPOSED, POISONED
from truthserum.audit.presence import Coins
from truthserum.audit.result import Check, Mitigation

FEW = "a bound needs four pairs of models, and records that are in or out by themselves"


@dataclass(frozen=True)
class Study:
    """What an audit saw of pairs of models, all on the same records, P.

    clean: of the user's own training. people: who is asked about. resampling: how intervals are
    drawn. trained: by mitigation. No arm has more models than `clean`. claimed: the epsilon that
    is, at `delta`, or None. The rest is None where it is not asked for. released: a released model.
    secrets: of a protected column. fitted: a model whose weights give records away, of which so
    many `unknown` ones are computed.
    """

    clean: Answers
    coins: Coins
    people: exposure.People
    resampling: Resampling
    trained: Mapping[str, Answers] = field(default_factory=dict)
    claimed: float | None = None
    delta: float = 1e-5
    poisoned: mitigations.Poisoned | None = None
    without: onion.Without | None = None
    released: release.Released | None = None
    secrets: attribute.Secrets | None = None
    fitted: linear.Fitted | None = None
    unknown: int = 0


def measured(study: Study) -> Measured:
    """All that follows from answers; ValueError where they allow no attack (see `found.find`)."""
    resampling = study.resampling
    found = find(study.clean, resampling)
    table = exposure.records(found, study.people)
    rows = [
        claims.any_leak(study.clean, study.coins, resampling.unit, resampling.seed),
        *claims.comparable(found),
        claims.named_records(study.clean),
        *claims.accuracies(study.clean),
        _epsilon(study),
    ]
    curves = {CLEAN: found}
    if study.poisoned is not None:
        curves[POISONED], added = mitigations.worst_contributor(study.poisoned, found)
        rows += added
    tests = [*checks(study.clean), direction.check(study.clean, resampling)]
    if study.released is not None:
        curves[release.NAME] = own = release.find(found, study.released)
        rows += in_arm(release.NAME, claims.measures(own))
        tests += _release_checks(study.clean, study.released, found)
    tried = _mitigations(study, found)
    if study.without is not None:
        rows += onion.claims(study.clean, study.without)
        tried += _without(study, study.without)
    if study.secrets is not None:
        rows += attribute.claims(study.secrets, resampling.seed, resampling.draws)
    if study.fitted is not None:
        rows += linear.claims(study.fitted, study.unknown, resampling.seed)
    return Measured(
        claims=tuple(rows),
        groups=exposure.groups(found, study.people, table),
        growth=claims.growth(found),
        mitigations=tuple(tried),
        checks=tuple(tests),
        tables={
            "records": table,
            "roc": charts.roc(curves),
            "scores": charts.histogram(study.clean),
        },
    )


def _epsilon(study: Study) -> Claim:
    bound = epsilon.of_pairs(study.clean, study.coins, study.resampling.unit, study.delta)
    return epsilon.as_claim(bound, study.claimed, study.delta, FEW)


def _release_checks(clean: Answers, released: release.Released, found: Found) -> list[Check]:
    gap = release.accuracy_gap(clean, released)
    upright = direction.check(released.answers, found.resampling.of(released.at))
    own = replace(upright, id=f"{release.NAME}.{upright.id}", voids=False)
    return [release.blind_control(found, released), own, *([gap] if gap else [])]


def _mitigations(study: Study, plain: Found) -> list[Mitigation]:
    tried = {**published(study.clean), **study.trained}
    rows = [mitigations.mitigation(name, answers, plain) for name, answers in tried.items()]
    best = mitigations.best(tried, plain)
    return [
        replace(row, best=True, shown=best) if best and row.id == best.id else row for row in rows
    ]


def _without(study: Study, without: onion.Without) -> list[Mitigation]:
    """What is left of the leak of those who stay; nothing where nobody left."""
    stay = without.staying
    if stay.all():
        return []
    plain = find(study.clean.of(stay), study.resampling.of(stay))
    return [mitigations.mitigation(EXPOSED, without.answers.of(stay), plain)]


def checks(answers: Answers) -> list[Check]:
    """What could void an audit, each with a value and whether it passed."""
    equal = float((answers.confidence[0::2] == answers.confidence[1::2]).all(axis=1).mean())
    says = "share of pairs of models whose answers differ at all"
    return [Check("models_differ", equal < 1, says, 1 - equal)]
