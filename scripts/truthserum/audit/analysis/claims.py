"""What is claimed of models and their answers: values with intervals and what backs them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.attacks import FEWEST_HALVES, is_paired
from truthserum.audit.analysis.epsilon import of_units
from truthserum.audit.analysis.found import Found
from truthserum.audit.claim import Claim, ends, finite
from truthserum.audit.presence import Coins
from truthserum.audit.result import Grown
from truthserum.seeds import Purpose, stream
from truthserum.statistics.estimates import Interval
from truthserum.statistics.intervals import share_interval
from truthserum.statistics.means import by_unit, mean_of_pairs, stands_still
from truthserum.statistics.measures import Measure
from truthserum.statistics.paired import difference
from truthserum.statistics.randomisation import coin_test
from truthserum.statistics.scales import scale_of
from truthserum.statistics.signs import models_to_name, nameable, named, sign_test, wins

LEVEL = 0.05
DRAWS = 999  # of the randomisation test
DIGITS = 6  # of a draw that is kept


def of_measure(one: Measure, found: Found) -> Claim:
    """A rate or an area of the chosen attack; of two attacks, where the halves differ."""
    picked = [candidate for _, candidate in found.chosen.folds]
    return Claim(
        one.name,
        *ends(one.estimate),
        positives=one.positives,
        negatives=one.negatives,
        models=len(found.answers.member),
        attack=" and ".join(dict.fromkeys(candidate.attack for candidate in picked)),
        signal=" and ".join(dict.fromkeys(candidate.signal for candidate in picked)),
        resolved=one.resolved,
        coarse=bool(one.coarse),
        reached=found.reaches(one.name),
    )


def of_difference(one: Measure, other: Measure) -> Claim:
    """By how much a measure is above another of the same models and records, if both resolve."""
    if not (one.resolved and other.resolved):
        return Claim(one.name, resolved=False)
    apart = difference(one.estimate, other.estimate, scale_of(one.name))
    return Claim(one.name, *ends(apart), p=finite(apart.p))


def accuracies(answers: Answers) -> tuple[Claim, ...]:
    """Share of right answers on records that a model did not hold, and on those that it did."""
    found = answers.accuracies()
    if found is None:
        return ()
    (inside, outside), members = found, int(answers.member.sum())
    sides = {
        "accuracy": (outside, answers.member.size - members),
        "accuracy_on_members": (inside, members),
    }
    return tuple(
        Claim(
            name,
            *ends(_share(mean_of_pairs(of), len(of), decisions)),
            models=len(of),
            pairs=tuple(by_unit(of).tolist()),
        )
        for name, (of, decisions) in sides.items()
    )


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


def any_leak(answers: Answers, coins: Coins, unit: np.ndarray, seed: int) -> Claim:
    """Whether members are surer than they would be by chance, by the randomisation test.

    The value is the mean signal of a record by the model that holds it less that by its partner.
    """
    name, signal = answers.principal
    ahead = gains(signal, coins, unit)
    return _randomised(answers, name, ahead.sum() / (signal.size / 2), ahead, seed)


def any_leak_of_drawn(answers: Answers, seed: int) -> Claim:
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


def _randomised(answers: Answers, name: str, value: float, ahead: np.ndarray, seed: int) -> Claim:
    return replace(
        _by_all("any_leak", answers, "mean difference", name),
        value=finite(value),
        p=coin_test(ahead, stream(seed, Purpose.BOOTSTRAP, 1), DRAWS),
        level=LEVEL,
        draws=DRAWS,
    )


def _by_all(name: str, answers: Answers, attack: str, signal: str) -> Claim:
    """What stands behind a claim by all models on all records; nothing is claimed yet."""
    models, members = len(answers.member), int(answers.member.sum())
    return Claim(
        name,
        positives=members,
        negatives=answers.member.size - members,
        models=models,
        attack=attack,
        signal=signal,
    )


def chances(answers: Answers) -> np.ndarray:
    """Of each record the p of the sign test that it makes no difference, [P]; models are pairs."""
    return sign_test(wins(answers.confidence, answers.member), len(answers.member) // 2)


def shows(answers: Answers) -> np.ndarray:
    """Which records are named, bool [P], at 95 % none of them by chance."""
    return named(chances(answers), LEVEL)


def named_records(answers: Answers) -> Claim:
    """How many records show by their presence.

    Not resolved where so few pairs of models could name no record at all.
    """
    asked = answers.member.shape[1]
    claim = replace(_by_all("named_records", answers, "sign test", "confidence"), asked=asked)
    if nameable(len(answers.member) // 2, LEVEL) < asked:
        few = f"Too few models: to name a record takes {models_to_name(asked, LEVEL)}."
        return replace(claim, resolved=False, reason=few)
    count = int(shows(answers).sum())
    return replace(claim, value=count, low=count, high=count)


def measures(found: Found) -> tuple[Claim, ...]:
    """Every rate and area of an arm."""
    return tuple(of_measure(one, found) for one in found.measures.values())


def comparable(found: Found) -> tuple[Claim, ...]:
    """The same with their draws, for whoever compares another audit of the same coins."""
    return tuple(
        replace(claim, drawn=tuple(finite(round(draw, DIGITS)) for draw in one.draws))
        if one.resolved
        else claim
        for claim, one in zip(measures(found), found.measures.values(), strict=True)
    )


def steps(models: int) -> Sequence[int]:
    """8, 16, 32, … below so many, and so many; none where there are no more than 8."""
    doubled = (FEWEST_HALVES * 2**k for k in range(models.bit_length()))
    fewer = [count for count in doubled if count < models]
    return [*fewer, models] if fewer else []


def growth(found: Found) -> tuple[Grown, ...]:
    """The measures of the attack that is chosen among the first models alone, for each step."""
    counts = steps(len(found.answers.member))
    return tuple(Grown(count, measures(found.first(count))) for count in counts)
