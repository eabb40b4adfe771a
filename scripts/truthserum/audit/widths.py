"""How wide the intervals of an audit will be, by its models and records, before it is run.

Told for one attack: scores of a normal distribution, that of members higher by so much that one
member in ten is told at one false alarm in a hundred. P records, K pairs of models.
"""

from collections.abc import Mapping
from itertools import count

import numpy as np
from scipy.special import ndtr, ndtri

RATE, TOLD = 0.01, 0.1
APART = float(ndtri(TOLD) - ndtri(RATE))  # in deviations of the scores
REACH = float(ndtri(0.975))
NODES = 60
TPR = f"tpr_at_fpr_{RATE:g}"


def variances() -> Mapping[str, float]:
    """Of the AUC and of the TPR, of one member and one other, with all decisions independent.

    Divided by how many members there are, and as many others, they are those of an estimate. That
    of the AUC by the two parts of a U-statistic, which are equal here; that of the TPR has a part
    of its threshold, an estimate by the others, too.
    """
    at, weight = np.polynomial.hermite_e.hermegauss(NODES)
    weight = weight / weight.sum()
    ranks = ndtr(at + APART)  # of a member among the others
    auc = 2 * (weight @ ranks**2 - (weight @ ranks) ** 2)
    slope = float(np.exp((ndtri(RATE) ** 2 - ndtri(TOLD) ** 2) / 2))  # of the curve there
    return {"auc": float(auc), TPR: TOLD * (1 - TOLD) + slope**2 * RATE * (1 - RATE)}


def reaches(pairs: int, asked: int) -> dict[str, dict[str, float]]:
    """How far from its value an interval's ends will be, at least and at most, by measure.

    Least: the decisions on a record have nothing in common from model to model. Most: they are all
    alike, and more models change nothing.
    """
    return {
        name: {
            "least": _reach(counted(pairs) * variance, pairs * asked),
            "most": _reach(variance, asked),
        }
        for name, variance in variances().items()
    }


def needed(reach: float, asked: int) -> dict[str, dict[str, int]]:
    """How many models such an interval takes at least, and how many records, by measure.

    models: of independent decisions on the records that are asked about. records: of decisions that
    are all alike on a record, where more models would not help.
    """
    found = {}
    for name, variance in variances().items():
        decisions = variance * (REACH / reach) ** 2
        pairs = next(k for k in count(1) if k * asked >= counted(k) * decisions)
        found[name] = {"models": 2 * pairs, "records": int(np.ceil(decisions))}
    return found


def counted(pairs: int) -> float:
    """What the two-way bootstrap makes of the variance of decisions that have nothing in common.

    It counts what is of a pair, of a record and of both by itself (Owen, see
    `statistics.bootstrap`); of K pairs the first and the last 1 - 1 / K times.
    """
    return 3 - 2 / pairs


def _reach(variance: float, decisions: int) -> float:
    return float(REACH * np.sqrt(variance / decisions))
