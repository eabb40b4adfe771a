"""The claims of an audit, as they stand in `audit.json`: values with intervals and what backs them.

A claim has an `id`, a `value` with the ends `low` and `high` at its `confidence`, the decisions on
members and others behind it (`positives`, `negatives`), how many `models`, which `attack` on which
`signal`, and `resolved`: whether it could be measured at all; if not, there is no value.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.attacks import FEWEST_HALVES, is_paired
from truthserum.audit.analysis.epsilon import of_units
from truthserum.audit.analysis.found import Found
from truthserum.audit.options import CLEAN
from truthserum.audit.presence import Coins
from truthserum.seeds import Purpose, stream
from truthserum.statistics.estimates import Interval
from truthserum.statistics.intervals import share_interval
from truthserum.statistics.means import by_unit, mean_of_pairs, stands_still
from truthserum.statistics.measures import Measure
from truthserum.statistics.paired import difference
from truthserum.statistics.randomisation import coin_test
from truthserum.statistics.scales import scale_of
from truthserum.statistics.signs import models_to_name, nameable, named, sign_test, wins

CONFIDENCE = 0.95
LEVEL = 0.05
DRAWS = 999  # of the randomisation test
DIGITS = 6  # of a draw that is kept


def number(value: float | None) -> float | None:
    """A number for JSON; None for what is none."""
    return None if value is None or not math.isfinite(value) else float(value)


def ends(one: Interval) -> dict[str, float | None]:
    """Value and interval of an estimate, as a claim has them."""
    return {key: number(each) for key, each in one.ends.items()}


def identified(name: str, arm: str) -> str:
    """The id of a claim: that of a measure, behind the name of its arm unless that is clean."""
    return name if arm == CLEAN else f"{arm}.{name}"


def of_measure(one: Measure, found: Found, arm: str = CLEAN) -> dict[str, Any]:
    """A rate or an area of the chosen attack."""
    return {
        "id": identified(one.name, arm),
        **ends(one.estimate),
        "confidence": CONFIDENCE,
        "positives": one.positives,
        "negatives": one.negatives,
        "models": len(found.answers.member),
        **of_choice(found),
        "resolved": bool(one.resolved),
        "coarse": bool(one.coarse),
        "reached": found.reaches(one.name),
        "arm": arm,
    }


def of_choice(found: Found) -> dict[str, str]:
    """Which attack on which signal reports; two, if the halves differ."""
    picked = [candidate for _, candidate in found.chosen.folds]
    return {
        "attack": " and ".join(dict.fromkeys(candidate.attack for candidate in picked)),
        "signal": " and ".join(dict.fromkeys(candidate.signal for candidate in picked)),
    }


def of_difference(one: Measure, other: Measure) -> dict[str, Any]:
    """By how much a measure is above another of the same models and records, if both resolve."""
    resolved = bool(one.resolved and other.resolved)
    found: dict[str, float | None] = dict.fromkeys(("value", "low", "high", "p"))
    if resolved:
        apart = difference(one.estimate, other.estimate, scale_of(one.name))
        found = {**ends(apart), "p": number(apart.p)}
    return {"id": one.name, **found, "confidence": CONFIDENCE, "resolved": resolved}


def of_mean(name: str, mean: Interval, models: int, arm: str = CLEAN) -> dict[str, Any]:
    """A mean over models."""
    return {
        "id": identified(name, arm),
        **ends(mean),
        "confidence": CONFIDENCE,
        "models": models,
        "resolved": True,
        "arm": arm,
    }


def accuracies(answers: Answers, arm: str = CLEAN) -> list[dict[str, Any]]:
    """Share of right answers on records that a model did not hold, and on those that it did."""
    found = answers.accuracies()
    if found is None:
        return []
    (inside, outside), counts = found, _decisions(answers)
    sides = {
        "accuracy": (outside, counts["negatives"]),
        "accuracy_on_members": (inside, counts["positives"]),
    }
    return [
        {
            **of_mean(name, _share(mean_of_pairs(of), len(of), decisions), len(of), arm),
            "pairs": [float(each) for each in by_unit(of)],
        }
        for name, (of, decisions) in sides.items()
    ]


def _share(mean: Interval, models: int, decisions: int) -> Interval:
    """The mean of shares, whose interval says no more than that they are some.

    Of one model it is that of so many decisions, and where all have the same share, as where all is
    right.
    """
    if models == 1 or stands_still(mean):
        return replace(share_interval(round(mean.value * decisions), decisions), value=mean.value)
    return replace(mean, low=float(np.clip(mean.low, 0, 1)), high=float(np.clip(mean.high, 0, 1)))


def gains(signal: np.ndarray, coins: Coins, unit: np.ndarray) -> np.ndarray:
    """By how much each coin's fall raised the unit that is in above that which is out, [K * C].

    signal: [2 K, P], on records of these units [P]. A unit counts as often as it has records.
    """
    apart = signal[0::2] - signal[1::2]
    counts = np.bincount(unit, minlength=coins.units)
    each = np.nan_to_num(of_units(apart, unit, coins.units)) * counts
    side = np.where(coins.coin, 1, -1)
    return (side * coins.apart(each, np.arange(len(each)), nobody=0)).ravel()


def any_leak(answers: Answers, coins: Coins, unit: np.ndarray, seed: int) -> dict[str, Any]:
    """Whether members are surer than they would be by chance, by the randomisation test.

    The value is the mean signal of a record by the model that holds it less that by its partner.
    """
    name, signal = answers.principal
    ahead = gains(signal, coins, unit)
    return _randomised(answers, name, ahead.sum() / (signal.size / 2), ahead, seed)


def any_leak_of_drawn(answers: Answers, seed: int) -> dict[str, Any]:
    """The same where fair coins chose who is a member, each record by itself.

    The value is the mean signal of the members less that of the others. Where one model of each
    pair holds a record, the coin is that of both.
    """
    name, signal = answers.principal
    ahead = np.where(answers.member, 1, -1) * (signal - np.median(signal))
    if is_paired(answers.member):
        ahead = ahead[::2] + ahead[1::2]
    value = signal[answers.member].mean() - signal[~answers.member].mean()
    return _randomised(answers, name, value, ahead, seed)


def _randomised(
    answers: Answers, name: str, value: float, ahead: np.ndarray, seed: int
) -> dict[str, Any]:
    return {
        "id": "any_leak",
        "value": number(value),
        "low": None,
        "high": None,
        "p": coin_test(ahead, stream(seed, Purpose.BOOTSTRAP, 1), DRAWS),
        "level": LEVEL,
        "draws": DRAWS,
        "confidence": CONFIDENCE,
        **_decisions(answers),
        "attack": "mean difference",
        "signal": name,
        "resolved": True,
    }


def _decisions(answers: Answers) -> dict[str, int]:
    members = int(answers.member.sum())
    counts = {"positives": members, "negatives": answers.member.size - members}
    return counts | {"models": len(answers.member)}


def chances(answers: Answers) -> np.ndarray:
    """Of each record the p of the sign test that it makes no difference, [P]; models are pairs."""
    return sign_test(wins(answers.confidence, answers.member), len(answers.member) // 2)


def shows(answers: Answers) -> np.ndarray:
    """Which records are named, bool [P], at 95 % none of them by chance."""
    return named(chances(answers), LEVEL)


def named_records(answers: Answers) -> dict[str, Any]:
    """How many records show by their presence.

    Not resolved where so few pairs of models could name no record at all.
    """
    asked = answers.member.shape[1]
    resolved = nameable(len(answers.member) // 2, LEVEL) >= asked
    count = int(shows(answers).sum()) if resolved else None
    few = f"Too few models: to name a record takes {models_to_name(asked, LEVEL)}."
    return {
        "id": "named_records",
        **dict.fromkeys(("value", "low", "high"), count),
        "confidence": CONFIDENCE,
        **_decisions(answers),
        "attack": "sign test",
        "signal": "confidence",
        "resolved": resolved,
        "reason": "" if resolved else few,
        "asked": asked,
    }


def unresolved(name: str, reason: str) -> dict[str, Any]:
    """A claim that could not be measured, and why."""
    return {
        "id": name,
        **dict.fromkeys(("value", "low", "high")),
        "confidence": CONFIDENCE,
        "resolved": False,
        "reason": reason,
    }


def measures(found: Found, arm: str = CLEAN) -> list[dict[str, Any]]:
    """Every rate and area of an arm."""
    return [of_measure(one, found, arm) for one in found.measures.values()]


def comparable(found: Found, arm: str = CLEAN) -> list[dict[str, Any]]:
    """The same with their draws, for whoever compares another audit of the same coins."""
    rows = []
    for one in found.measures.values():
        draws = one.draws if one.resolved else ()
        drawn = [number(round(draw, DIGITS)) for draw in draws]
        rows.append({**of_measure(one, found, arm), "drawn": drawn})
    return rows


def steps(models: int) -> Sequence[int]:
    """8, 16, 32, … below so many, and so many; none where there are no more than 8."""
    doubled = (FEWEST_HALVES * 2**k for k in range(models.bit_length()))
    fewer = [count for count in doubled if count < models]
    return [*fewer, models] if fewer else []


def growth(found: Found) -> list[dict[str, Any]]:
    """The measures of the attack that is chosen among the first models alone, for each step."""
    return [
        {"models": count, "claims": measures(found.first(count))}
        for count in steps(len(found.answers.member))
    ]
