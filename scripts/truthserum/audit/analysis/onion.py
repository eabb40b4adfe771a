"""Training without the exposed records: who leaves, and who shows then.

Records that show are often replaced by others once they have left, as the layers of an onion are
(Carlini et al., "The Privacy Onion Effect", arXiv 2206.10469). N records, P of them asked about.
"""

from dataclasses import dataclass, replace

import numpy as np

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.claims import LEVEL, chances, shows
from truthserum.audit.claim import Claim, in_arm
from truthserum.audit.options import EXPOSED
from truthserum.statistics.signs import nameable

MOST = 0.1  # of the records, may leave
NOBODY = "no record was named"
TOO_FEW = "so few models can name no record"
TOGETHER = "more than a tenth of all are in or out together with the surest that is named"


def leavers(answers: Answers, asked: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Who leaves, bool [N]: records that are named, with their whole units, the surest first.

    asked: rows [P]; unit: int64 [N]. At most `MOST` of all rows leave.
    """
    found, p = np.flatnonzero(shows(answers)), chances(answers)
    found = found[np.argsort(p[found], kind="stable")]
    units, first = np.unique(unit[asked[found]], return_index=True)
    units = units[np.argsort(first)]
    taken = np.cumsum(np.bincount(unit)[units]) <= MOST * len(unit)
    return np.isin(unit, units[taken])


@dataclass(frozen=True)
class Without:
    """Answers of models that were trained without the exposed; staying: all others, bool [P]."""

    answers: Answers
    staying: np.ndarray


def claims(clean: Answers, without: Without) -> tuple[Claim, ...]:
    """How many left, and how many of the others are named then who were not named before.

    There is no control: models trained again with all would name others, too. clean: of as many
    models, trained with all.
    """
    stay = without.staying
    before, after = clean.of(stay), without.answers.of(stay)
    if stay.all():
        return in_arm(EXPOSED, [Claim("newly_named", resolved=False, reason=_why_nobody(before))])
    new = int((shows(after) & ~shows(before)).sum())
    left = int((~stay).sum())
    return in_arm(EXPOSED, [_count("left", left, after), _count("newly_named", new, after)])


def _why_nobody(before: Answers) -> str:
    models, asked = before.member.shape
    if nameable(models // 2, LEVEL) < asked:
        return TOO_FEW
    return TOGETHER if shows(before).any() else NOBODY


def _count(name: str, count: int, answers: Answers) -> Claim:
    models, asked = answers.member.shape
    claim = Claim(name, count, count, count, models=models, asked=asked)
    return replace(claim, attack="sign test", signal="confidence")
