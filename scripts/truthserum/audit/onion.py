"""Training without the exposed records: who leaves, and who shows then.

Records that show are often replaced by others once they have left, as the layers of an onion are
(Carlini et al., "The Privacy Onion Effect", arXiv 2206.10469). N records, P of them asked about.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from truthserum.audit.answers import Answers
from truthserum.audit.claims import LEVEL, unresolved
from truthserum.audit.options import EXPOSED
from truthserum.data.arrays import read_npz
from truthserum.statistics.signs import nameable, named, sign_test, wins

MOST = 0.1  # of the records, may leave
NOBODY = "no record was named"
TOO_FEW = "so few models can name no record"
TOGETHER = "more than a tenth of all are in or out together with the surest that is named"


def shows(answers: Answers) -> np.ndarray:
    """Which records are named, bool [P]."""
    return named(_chance(answers), LEVEL)


def leavers(answers: Answers, asked: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Who leaves, bool [N]: records that are named, with their whole units, the surest first.

    asked: rows [P]; unit: int64 [N]. At most `MOST` of all rows leave.
    """
    found, p = np.flatnonzero(shows(answers)), _chance(answers)
    found = found[np.argsort(p[found], kind="stable")]
    units, first = np.unique(unit[asked[found]], return_index=True)
    units = units[np.argsort(first)]
    taken = np.cumsum(np.bincount(unit)[units]) <= MOST * len(unit)
    return np.isin(unit, units[taken])


def read_leavers(paths: Sequence[Path], rows: int) -> np.ndarray:
    """Those of a file, bool [N]; of no file nobody."""
    left = np.zeros(rows, bool)
    for path in paths:
        left |= read_npz(path)["leaving"]
    return left


def is_idle(arm: str, leaving: np.ndarray) -> bool:
    """Whether an arm has nothing to train: that without the exposed, where nobody leaves [N]."""
    return arm == EXPOSED and not leaving.any()


def claims(before: Answers, after: Answers, left: int) -> list[dict]:
    """How many left, and how many of the others are named then who were not named before.

    before, after: answers on those who stayed, of as many models. left: records.
    """
    name = f"{EXPOSED}.newly_named"
    if not left:
        return [unresolved(name, _why_nobody(before))]
    new = int((shows(after) & ~shows(before)).sum())
    return [_count(f"{EXPOSED}.left", left, after), _count(name, new, after)]


def _why_nobody(before: Answers) -> str:
    models, asked = before.member.shape
    if nameable(models // 2, LEVEL) < asked:
        return TOO_FEW
    return TOGETHER if shows(before).any() else NOBODY


def _count(name: str, count: int, answers: Answers) -> dict:
    return {
        "id": name,
        **dict.fromkeys(("value", "low", "high"), count),
        "models": len(answers.member),
        "attack": "sign test",
        "signal": "confidence",
        "asked": answers.member.shape[1],
        "arm": EXPOSED,
    }


def _chance(answers: Answers) -> np.ndarray:
    return sign_test(wins(answers.confidence, answers.member), len(answers.member) // 2)
