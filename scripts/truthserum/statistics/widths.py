"""How wide intervals will be, by how many models and records they rest on, before anything is run.

Of rates, told for one attack: scores of a normal distribution, that of members higher by so much
that one member in ten is told at the false-positive rate. Of exposures, at least those of canaries
that nothing was learned of, at most such as are spread evenly from no bit to all. Of shares, told
for a half, where they are widest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

import numpy as np
from scipy.special import ndtr, ndtri

from truthserum.statistics.intervals import share_interval

RATE, TOLD = 0.01, 0.1
REACH = float(ndtri(0.975))
NODES = 60
HALF = 0.25  # variance of a guess that is right half the time
BITS = float(1 / np.log(2))  # deviation of -log2 of a rank that may be any


@dataclass(frozen=True)
class Decisions:
    """What a rate rests on: K units of models that are drawn together, and in each as many
    decisions on members, and on others.
    """

    units: int
    positives: float
    negatives: float


def tpr(rate: float) -> str:
    """The name of the true-positive rate at a false-positive rate."""
    return f"tpr_at_fpr_{rate:g}"


def apart(rate: float) -> float:
    """How much higher members score, in deviations of the scores."""
    return float(ndtri(TOLD) - ndtri(rate))


def variances(rate: float) -> Mapping[str, tuple[float, float]]:
    """Of the AUC and of the TPR at a rate: the parts of a member, and of an other.

    Each divided by how many decisions there are of its kind, all independent, their sum is the
    variance of an estimate. The AUC has the two parts of a U-statistic, which are equal here; the
    TPR has a part of its threshold, an estimate by the others, too.
    """
    at, weight = np.polynomial.hermite_e.hermegauss(NODES)
    weight = weight / weight.sum()
    ranks = ndtr(at + apart(rate))  # of a member among the others
    auc = float(weight @ ranks**2 - (weight @ ranks) ** 2)
    slope = float(np.exp((ndtri(rate) ** 2 - ndtri(TOLD) ** 2) / 2))  # of the curve there
    return {"auc": (auc, auc), tpr(rate): (TOLD * (1 - TOLD), slope**2 * rate * (1 - rate))}


def reaches(decided: Decisions, rate: float = RATE) -> dict[str, dict[str, float]]:
    """How far from its value an interval's ends will be, at least and at most, by measure.

    Least: the decisions on a record have nothing in common from model to model. Most: they are all
    alike, and more models change nothing.
    """
    return {
        name: _ends(_of_unit(parts, decided), decided.units)
        for name, parts in variances(rate).items()
    }


def guesses_reach(units: int, records: int) -> dict[str, float]:
    """The same for a share of a half, of guesses that each of K units makes of all records."""
    return _ends(HALF / records, units)


def needed(reach: float, decided: Decisions, rate: float = RATE) -> dict[str, dict[str, int]]:
    """How many units such an interval takes at least, and how many records, by measure.

    units: of independent decisions on the records that are asked about. records: members in a unit
    of decisions that are all alike on a record, where more models would not help.
    """
    found, wanted = {}, (reach / REACH) ** 2
    for name, parts in variances(rate).items():
        one = _of_unit(parts, decided)
        units = next(k for k in count(1) if counted(k) * one <= k * wanted)
        found[name] = {"units": units, "records": int(np.ceil(one / wanted * decided.positives))}
    return found


def counted(units: int) -> float:
    """What the two-way bootstrap makes of the variance of decisions that have nothing in common.

    It counts what is of a unit, of a record and of both by itself (Owen, see
    `statistics.bootstrap`); of K units the first and the last 1 - 1 / K times.
    """
    return 3 - 2 / units


def share_reach(trials: int) -> float:
    """Half the width of the exact interval of a share of a half, of so many records."""
    _, low, high = share_interval(trials // 2, trials)
    return (high - low) / 2


def share_needed(reach: float) -> int:
    """How many records such an interval takes."""
    return next(n for n in count(1) if share_reach(n) <= reach)


def exposure_reach(canaries: int, bits: float) -> dict[str, float]:
    """How far from its value an interval of a mean exposure will end, at least and at most.

    bits: of a secret.
    """
    return {end: _reach(one / canaries) for end, one in _of_canary(bits).items()}


def exposure_needed(reach: float, bits: float) -> dict[str, int]:
    """How many canaries such an interval takes, at least and at most."""
    return {end: int(np.ceil(one * (REACH / reach) ** 2)) for end, one in _of_canary(bits).items()}


def _of_canary(bits: float) -> dict[str, float]:
    """The variance of the exposure of one, in bits, at least and at most."""
    return {"least": BITS**2, "most": max(BITS**2, bits**2 / 12)}


def _of_unit(parts: tuple[float, float], decided: Decisions) -> float:
    """The variance by one unit of models."""
    member, other = parts
    return member / decided.positives + other / decided.negatives


def _ends(variance: float, units: int) -> dict[str, float]:
    """By the variance of one unit of models, of so many."""
    return {"least": _reach(counted(units) * variance / units), "most": _reach(variance)}


def _reach(variance: float) -> float:
    return float(REACH * np.sqrt(variance))
