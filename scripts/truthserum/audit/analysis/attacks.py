"""The attacks of an audit, fixed in advance, and the choice of one that does not flatter itself.

Which attack and which signal find most depends on the model: the usual log odds hide nearly all
that a random forest leaks. So every attack is tried with every signal; the strongest on the even
pairs of models is reported on the odd ones, and the reverse. M models, P records.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.unpaired import FEWEST, Unpaired, shadows_of
from truthserum.audit.claim import FEWEST_CHOSEN
from truthserum.inference.attacks.base import Attack, Evidence
from truthserum.inference.attacks.lira import Lira
from truthserum.inference.attacks.rmia import Rmia
from truthserum.inference.attacks.threshold import Threshold
from truthserum.statistics.bootstrap import pairs
from truthserum.statistics.roc import roc

FEWEST_FOR_LIRA = 8  # models
FEWEST_HALVES = 8  # models, of which one half chooses a mitigation that the other reports
HAIR = 1e-4  # of a decision: less than lies between any whole number and one of so many per 1,000
LIRA = {"lira_shrunk": Lira(variance="shrunk"), "lira_pooled": Lira(variance="pooled")}
UNPAIRED = {"lira_shrunk": Unpaired(Lira.prior), "lira_pooled": Unpaired(math.inf)}


@dataclass(frozen=True, order=True)
class Candidate:
    """An attack on a signal."""

    attack: str
    signal: str

    def __str__(self) -> str:
        return f"{self.attack}/{self.signal}"


def is_paired(member: np.ndarray) -> bool:
    """Whether models 2k and 2k + 1 hold complementary halves."""
    return len(member) % 2 == 0 and bool((member[0::2] != member[1::2]).all())


def drawn_together(member: np.ndarray) -> np.ndarray:
    """Units [M] of the bootstrap: models that hold complementary halves, else each by itself."""
    return pairs(len(member)) if is_paired(member) else np.arange(len(member))


def attacks_on(answers: Answers) -> dict[Candidate, Attack]:
    """Every attack that such answers allow, on every signal.

    LiRA needs eight models, or where they are no pairs two with a record and two without beside
    each one; RMIA two pairs and probabilities. A threshold is always possible.
    """
    models, paired = len(answers.member), is_paired(answers.member)
    lira: Mapping[str, Attack] = {}
    if paired and models >= FEWEST_FOR_LIRA:
        lira = LIRA
    elif not paired and shadows_of(answers.member) >= FEWEST:
        lira = UNPAIRED
    found: dict[Candidate, Attack] = {}
    for signal in answers.signals:
        found |= {Candidate(name, signal): attack for name, attack in lira.items()}
        if paired and models >= 4 and signal == "logit":
            found[Candidate("rmia", signal)] = Rmia()
        if signal not in ("clipped_logit", "probability"):  # whose threshold is that of log odds
            found[Candidate("threshold", signal)] = Threshold()
    return found


def evidence_of(answers: Answers, signal: str) -> Evidence:
    """The evidence for an attack on one signal; the records are the population of each other."""
    values = answers.scaled(signal)[:, :, None]
    group = 2 if is_paired(answers.member) else 1
    return Evidence(values, answers.member, values, answers.member, group)


def scores_of(answers: Answers) -> dict[Candidate, np.ndarray]:
    """Scores [M, P] of every attack on every signal; higher is more likely a member.

    No model is scored with its partner, which holds what it does not, as a shadow model.
    """
    evidence = {signal: evidence_of(answers, signal) for signal in answers.signals}
    return {c: a.score(evidence[c.signal]) for c, a in attacks_on(answers).items()}


@dataclass(frozen=True)
class Chosen:
    """What the choice picked: on even pairs, for the odd ones, and the reverse.

    folds: (models, candidate) of those that are reported together. scores: float64 [M, P], minus
    the false-positive rate of the threshold at a decision, within its own fold, so that decisions
    of two attacks have one scale.
    """

    folds: tuple[tuple[np.ndarray, Candidate], ...]
    scores: np.ndarray


def cross_fitted(scores: Mapping[Candidate, np.ndarray], member: np.ndarray, rate: float) -> Chosen:
    """The strongest candidate by the TPR at this FPR (then by AUC), chosen where not reported.

    scores: [M, P] each; member: bool [M, P]. With fewer than two pairs there are no halves to
    choose on: then all models report the first candidate, whatever it finds.
    """
    models = np.arange(len(member))
    if len(scores) == 1 or len(member) < FEWEST_CHOSEN:
        folds = [(models, models[:0])]
    else:
        even = models // 2 % 2 == 0
        folds = [(models[~even], models[even]), (models[even], models[~even])]
    picked, pooled = [], np.empty(member.shape)
    for reported, chosen_on in folds:
        best = strongest(scores, member, chosen_on, rate) if len(chosen_on) else next(iter(scores))
        pooled[reported] = -passed(scores[best][reported], member[reported])
        picked.append((reported, best))
    return Chosen(tuple(picked), pooled)


def strongest(
    scores: Mapping[Candidate, np.ndarray], member: np.ndarray, models: np.ndarray, rate: float
) -> Candidate:
    """Which candidate finds most on these models."""

    def found(candidate: Candidate) -> tuple[float, float]:
        curve = roc(scores[candidate][models], member[models])
        return float(curve.tpr_at_fpr(rate)), curve.auc()

    return max(scores, key=found)


def passed(scores: np.ndarray, member: np.ndarray) -> np.ndarray:
    """Which share of the non-members scores as high or higher, float64 of the shape of scores.

    A non-member is a `HAIR` before its own share, which those who score just below it have, too: so
    that no two scores that differ become equal, by which every area would be too large.
    """
    others = np.sort(scores[~member])
    reached, beaten = (np.searchsorted(others, scores, side) for side in ("left", "right"))
    return (len(others) - reached - HAIR * (reached < beaten)) / len(others)
