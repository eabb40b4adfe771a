"""Whether members have the larger signal, as whoever gave the answers takes it.

A loss in the place of minus the loss, or others marked as members, hide any leak from a threshold,
from the test by coins and from the sign test of each record, and the audit would call all well.
"""

from scipy.special import ndtri

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.found import Resampling
from truthserum.audit.claim import ends
from truthserum.audit.result import Check

RARE = 0.001  # so seldom models that tell nothing fail by chance
FARTHER = float(ndtri(1 - RARE) / ndtri(0.975))  # than the end of a 95 % interval
GUESSING = 0.5


def check(answers: Answers, resampling: Resampling) -> Check:
    """A check that fails, and so voids the audit, where members are told by a smaller signal."""
    _, signal = answers.principal
    auc = resampling.measured(signal, answers.member)["auc"]
    most = auc.value + FARTHER * (auc.high - auc.value)
    return Check(
        "members_score_higher",
        most >= GUESSING,
        "how often a member has the larger signal of a pair, a member and another; clearly below "
        "0.5, who was in is told by a smaller one, which these attacks do not look for: give minus "
        "the loss, and look whether members are marked as such",
        *ends(auc.estimate),
    )
