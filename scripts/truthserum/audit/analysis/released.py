"""A released model, attacked by its predictions with the models trained here as shadow models.

No model file is opened. Who was a member is what the user says; whether members differ from others
by themselves is checked by models that saw neither (Das, Zhang and Tramèr, "Blind Baselines Beat
Membership Inference Attacks for Foundation Models", arXiv 2406.16201).
"""

from dataclasses import dataclass, replace

import numpy as np

from truthserum.audit.analysis.answers import Answers, limits
from truthserum.audit.analysis.attacks import attacks_on, cross_fitted, evidence_of, strongest
from truthserum.audit.analysis.found import Found
from truthserum.audit.claim import ends
from truthserum.audit.result import Check
from truthserum.statistics.intervals import clopper_pearson

NAME = "released"
THREE = 0.9973  # the share of a normal distribution within three deviations


@dataclass(frozen=True)
class Released:
    """answers: of the one model, on R records. at: where those are among the records asked, [R]."""

    answers: Answers
    at: np.ndarray


def joined(shadows: Answers, released: Released) -> Answers:
    """The shadow models' answers on the same records, then those of the model and of a stand-in.

    The stand-in is the model's partner, which holds what the model does not: a pair is left out of
    its own shadow models as a whole, so that what the partner answers changes nothing. Neither is
    surer than the other can say, as where one rounds.
    """
    own, one = shadows.of(released.at), released.answers
    confidence = np.concatenate([own.confidence, one.confidence, one.confidence])
    right = None
    if own.right is not None:
        right = np.concatenate([own.right, one.right, one.right])
        low, high = np.transpose([limits(each.confidence) for each in (own, one)])
        confidence = np.clip(confidence, low.max(), high.min())
    return replace(
        own,
        confidence=confidence,
        member=np.concatenate([own.member, one.member, ~one.member]),
        right=right,
    )


def find(found: Found, released: Released) -> Found:
    """What the attack that is strongest on the models trained here finds on the released one."""
    every = np.arange(len(found.answers.member))
    best = strongest(found.candidates, found.answers.member, every, found.rate)
    together = joined(found.answers, released)
    scores = attacks_on(found.answers)[best].score(evidence_of(together, best.signal))[-2:-1]
    chosen = cross_fitted({best: scores}, released.answers.member, found.rate)
    resampling = found.resampling.of(released.at)
    measures = resampling.measured(chosen.scores, released.answers.member)
    return Found(released.answers, {best: scores}, found.rate, chosen, measures, resampling)


def blind_control(found: Found, released: Released) -> Check:
    """Do members look different to models that did not hold the record? A check for the audit.

    The value is the AUC of the mean signal of those models; 0.5 must be in its interval.
    """
    own = found.answers.of(released.at)
    outside = np.where(own.member, 0, own.principal[1]).sum(axis=0) / (~own.member).sum(axis=0)
    member = released.answers.member
    auc = found.resampling.of(released.at).measured(outside[None], member)["auc"]
    return Check(
        "blind_control",
        bool(auc.low <= 0.5 <= auc.high),
        "how well members of the released model are told from others by models that held neither; "
        "beyond chance, members and others are different people, and what is claimed of the "
        "released model is undecided",
        *ends(auc.estimate),
        voids=False,
    )


def accuracy_gap(shadows: Answers, released: Released) -> Check | None:
    """Whether the shadow models are as accurate as the released one, on what neither held.

    They are if the mean of theirs is within three deviations of what the released one's decisions
    leave open, which is something even where all of them are right.
    """
    accuracies = shadows.accuracies()
    if accuracies is None or released.answers.right is None:
        return None
    right = released.answers.right[~released.answers.member]
    outside, own = right.mean(), accuracies[1]
    low, high = clopper_pearson(right.sum(), right.size, THREE)
    near = low - 3 * own.std() <= own.mean() <= high + 3 * own.std()
    return Check(
        "shadows_resemble",
        bool(near),
        "accuracy of the models trained here less that of the released one, on records not trained "
        "on; far apart, they are poor shadow models",
        float(own.mean() - outside),
        voids=False,
    )
