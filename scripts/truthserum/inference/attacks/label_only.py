"""Membership by the top label alone, with as many poisoned copies as each target needs.

Chameleon: Chaudhari et al., "Increasing Label-Only Membership Leakage with Adaptive Poisoning",
ICLR 2024; the rule is that of github.com/harshch1803/CHAMELEON at 68fda35
(utils/adaptivepoison.py). Whoever sees only the label of a model can tell members where a model
without the target gets it wrong and one with it gets it right. Copies push both down, and too many
make it wrong in either. So the adversary adds copies until models without the target are unsure.
A numbers of copies, M models, P targets.
"""

import numpy as np
from scipy.special import expit

from truthserum.statistics.leave_one_out import Turns, moments

PAIR = 2  # models that hold complementary halves
UNSURE = 0.13  # poison_thresh of that code, for ten classes


def outside_confidence(signals: np.ndarray, member: np.ndarray) -> np.ndarray:
    """Mean confidence in the true label of the shadow models without the target, [M, P].

    signals: float64 [M, P], logit-scaled; member: bool [M, P]. Shadow models of a model are those
    of other pairs. ValueError if that leaves none without the target, or as of `Turns`.
    """
    turns = Turns(~member, PAIR)
    turns.require(1, "OUT")
    return np.repeat(moments(expit(signals), turns).mean, PAIR, axis=0)


def copies_needed(confidence: np.ndarray, unsure: float = UNSURE) -> np.ndarray:
    """The first of A numbers of copies at which the confidence [A, ...] is not above `unsure`.

    An index, int64 [...]; the last where there is none.
    """
    enough = confidence <= unsure
    enough[-1] = True
    return enough.argmax(axis=0)


def adaptive(
    signals: np.ndarray, accepted: np.ndarray, member: np.ndarray, unsure: float = UNSURE
) -> tuple[np.ndarray, np.ndarray]:
    """Which number of copies the adversary chooses, int64 [M, P], and whether it then says "in".

    signals: float64 [A, M, P], of the same models with A ascending numbers of copies of every
    target; accepted: bool [A, M, P], whether the top label is the true one; member: bool [M, P].
    ValueError as of `outside_confidence`.
    """
    confidence = np.array([outside_confidence(each, member) for each in signals])
    needed = copies_needed(confidence, unsure)
    return needed, np.take_along_axis(accepted, needed[None], axis=0)[0]
