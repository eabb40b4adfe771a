"""What would help: the same coins with less output or other training, and the worst contributor.

Every comparison is paired: the same models of the plain arm, the same records, the same bootstrap
draws. Which mitigation is best is decided on the even pairs of models and shown on the odd ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.attacks import FEWEST_HALVES, is_paired
from truthserum.audit.analysis.claims import (
    accuracies,
    comparable,
    measures,
    named_records,
    of_difference,
)
from truthserum.audit.analysis.found import KEPT, Found, find
from truthserum.audit.claim import Claim, ends, in_arm
from truthserum.audit.options import POISONED, VIEWS
from truthserum.audit.result import Mitigation, Shown
from truthserum.statistics.means import mean_of_pairs, stands_still
from truthserum.statistics.paired import independent

Kind = Literal["output", "training"]  # the same models asked for less, or others of the same coins


def kind_of(name: str) -> Kind:
    """That of the mitigation of this name: none of a user's is called as a view."""
    return "output" if name in VIEWS else "training"


def mitigation(name: str, answers: Answers, plain: Found) -> Mitigation:
    """One mitigation: what it leaves of the leak and of the accuracy, and the differences.

    plain: the arm without it.
    """
    before, after = plain.first(len(answers.member)), find(answers, plain.resampling)
    return Mitigation(
        name,
        kind_of(name),
        len(answers.member),
        claims=in_arm(name, _told(after)),
        before=_told(before),
        differences=differences(after, before, kind_of(name)),
    )


def _told(found: Found) -> tuple[Claim, ...]:
    """By what an arm is judged: every measure, accuracy, and how many records show."""
    answers = found.answers
    names = [named_records(answers)] if is_paired(answers.member) else []
    return *measures(found), *accuracies(answers), *names


def differences(after: Found, before: Found, kind: Kind) -> tuple[Claim, ...]:
    """What rose and fell, paired: every measure, and the accuracy on records not trained on."""
    return *_apart(after, before), *_accuracy_lost(after.answers, before.answers, kind)


def _apart(after: Found, before: Found) -> list[Claim]:
    return [of_difference(one, before.measures[name]) for name, one in after.measures.items()]


def best(arms: Mapping[str, Answers], plain: Found) -> Shown | None:
    """The mitigation that leaves least on the even pairs, and what it leaves on the odd ones.

    By the rate at the lowest level that all of them reach, or the AUC: rates at two levels say
    nothing of each other. None without a mitigation of eight models or more. Ties go to the one
    that costs no training.
    """
    tried = {
        name: answers for name, answers in arms.items() if len(answers.member) >= FEWEST_HALVES
    }
    if not tried:
        return None

    def half(answers: Answers, odd: int) -> Found:
        models = np.arange(len(answers.member))
        return find(answers.select(models[models // 2 % 2 == odd]), plain.resampling)

    even = {name: half(answers, 0) for name, answers in tried.items()}
    by = next(
        name
        for name in KEPT
        if all(found.measures[name].resolved and found.reaches(name) for found in even.values())
    )
    name = min(tried, key=lambda one: even[one].measures[by].value)
    alike = plain.first(len(tried[name].member)).answers
    odd, base = half(tried[name], 1), half(alike, 1)
    return Shown(name, in_arm(name, measures(odd)), differences(odd, base, kind_of(name)))


@dataclass(frozen=True)
class Poisoned:
    """Answers of models with a worst contributor; targets: its, among the records, int64 [T]."""

    answers: Answers
    targets: np.ndarray


def worst_contributor(poisoned: Poisoned, plain: Found) -> tuple[Found, list[Claim]]:
    """(what is found of the targets of poison, the claims on them and what poison adds to each).

    Claims have the ids `poisoned.…`, and those of the differences `poisoned_minus_clean.…`.
    """
    harmed, targets = poisoned.answers, poisoned.targets
    resampling, clean = plain.resampling.of(targets), plain.first(len(harmed.member)).answers
    after, before = (find(answers.of(targets), resampling) for answers in (harmed, clean))
    apart = *_apart(after, before), *_accuracy_lost(harmed, clean, "training")
    rows = [
        *in_arm(POISONED, comparable(after)),
        *in_arm("poisoned_targets_clean", measures(before)),
        *in_arm("poisoned_minus_clean", apart),
    ]
    return after, rows


def _accuracy_lost(after: Answers, before: Answers, kind: Kind) -> list[Claim]:
    one, other = after.accuracies(), before.accuracies()
    if one is None or other is None:
        return []
    apart = mean_of_pairs(one[1] - other[1])
    own, base = (accuracies(each)[0].interval for each in (after, before))
    if own and base and stands_still(apart) and kind == "training":
        reach = independent(own, base)
        apart = replace(apart, low=reach.low, high=reach.high)
    return [Claim("accuracy", *ends(apart), models=len(after.member))]
