"""What a model tells of a protected column to somebody who knows all the rest of a record.

The adversary asks about the record with each value that it could have. A model that held the record
is surer of its class with the true value than models that did not; by how much, and how far that
varies, the adversary learns from models and records of its own. The control is the same guess from
the model's partner, which never saw the record: what both have in common is what the other columns
say, and no leak. It trusts the partner as a model that held the record, and can so do worse than
without any model; what the model adds is therefore counted from the better of both. K pairs of
models, T records, V values.
"""

from dataclasses import dataclass, replace

import numpy as np

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.claim import Claim, ends, finite
from truthserum.audit.protected import Protected
from truthserum.data.tabular import Table, categorical
from truthserum.inference.games.imputation import log_posterior
from truthserum.seeds import Purpose, stream
from truthserum.statistics.bootstrap import of_few, percentile_interval
from truthserum.statistics.estimates import Interval
from truthserum.statistics.intervals import share_interval
from truthserum.statistics.means import mean_of_pairs, p_of_zero
from truthserum.statistics.paired import Difference, Estimate, difference
from truthserum.statistics.scales import angle

FOLDS = 2
NAMES = ("attribute_right", "attribute_control", "attribute_guess", "attribute_base")


@dataclass(frozen=True)
class Secrets:
    """What is guessed of T records, and what is seen.

    name: of the signal. signal: float64 [2 K, T, V], larger where the record fits better with that
    value. member: bool [2 K, T], of which rows 2k and 2k + 1 are complementary. value: int64 [T],
    the true one. prior: float64 [T, V], its log probability by all other columns. unit: int64 [T],
    drawn together.
    """

    name: str
    signal: np.ndarray
    member: np.ndarray
    value: np.ndarray
    prior: np.ndarray
    unit: np.ndarray


def imputed(table: Table, rows: np.ndarray, name: str, unit: np.ndarray) -> np.ndarray:
    """Log probability of each value by all other columns, float64 [T, V], without any model.

    By a regression on half of the records, in which neither the row nor its unit [N] is.
    """
    fold = unit % FOLDS
    found = np.empty((len(rows), len(table.columns[categorical(table.columns, name)].levels)))
    for own in range(FOLDS):
        others = replace(
            table, test_x=table.train_x[fold != own], test_y=table.train_y[fold != own]
        )
        at = fold[rows] == own
        asked = rows[at]
        found[at] = log_posterior(others, name, table.train_x[asked], table.train_y[asked])
    return found


def guessed(secrets: Secrets) -> np.ndarray:
    """Which guesses are right, bool [2 K, T]: of the likeliest value, given what is seen.

    How much surer models are with one value than with the others is taken relative to models that
    never saw the record; noise has one deviation, and a value that was trained on adds one amount,
    both estimated from all pairs but the model's own.
    """
    seen = secrets.signal
    models, records = secrets.member.shape
    at = np.arange(records)
    right = np.empty(secrets.member.shape, bool)
    for pair in range(models // 2):
        shadows = np.delete(np.arange(models), [2 * pair, 2 * pair + 1])
        held = secrets.member[shadows]
        outside = np.where(held[..., None], 0, seen[shadows]).sum(axis=0)
        mean = outside / np.maximum(1, (~held).sum(axis=0))[:, None]
        apart = _centred(seen[shadows] - mean)
        gain = apart[:, at, secrets.value][held].mean()
        weight = max(0.0, gain) / max(np.mean(apart[~held] ** 2), np.finfo(float).tiny)
        for model in (2 * pair, 2 * pair + 1):
            score = secrets.prior + weight * _centred(seen[model] - mean)
            right[model] = score.argmax(axis=-1) == secrets.value
    return right


def _centred(values: np.ndarray) -> np.ndarray:
    return values - values.mean(axis=-1, keepdims=True)


def claims(secrets: Secrets, seed: int, draws: int) -> tuple[Claim, ...]:
    """How often the value is guessed right, and by how much oftener than without the record.

    That is by the control, or from the other columns alone, whichever is right more often.
    """
    right, held = guessed(secrets), secrets.member[0::2]
    inside = np.where(held, right[0::2], right[1::2])
    outside = np.where(held, right[1::2], right[0::2])
    alone = secrets.prior.argmax(axis=1) == secrets.value
    commonest = secrets.value == np.bincount(secrets.value).argmax()
    tables = [inside, outside, *(np.broadcast_to(of, held.shape) for of in (alone, commonest))]
    estimates = [_estimate(of, secrets.unit, seed, draws) for of in tables]
    without = max(outside, np.broadcast_to(alone, held.shape), key=np.mean)
    apart = gained(inside, without, secrets.unit, seed, draws)

    def claim(name: str, found: Interval) -> Claim:
        return Claim(
            name,
            *ends(found),
            positives=inside.size,
            models=len(right),
            attack="attribute inference",
            signal=secrets.name,
            asked=len(secrets.value),
        )

    return *map(claim, NAMES, estimates), replace(claim("attribute_gain", apart), p=finite(apart.p))


def gained(
    inside: np.ndarray, outside: np.ndarray, unit: np.ndarray, seed: int, draws: int
) -> Difference:
    """By how much oftener guesses are right of records held than of the same without them.

    inside, outside: bool [K, T]; unit: int64 [T]. The interval is the wider of two by Student's t:
    over draws of pairs and units (`paired.difference`), and over the pairs as they are, which alone
    covers where a few pairs differ much (of four in 93 %; the former in 90 %, percentiles in 82 %).
    The p-value is the larger of theirs.
    """
    held, lent = (_estimate(of, unit, seed, draws) for of in (inside, outside))
    over_both = difference(held, lent, scale=angle)
    apart = inside.mean(axis=1) - outside.mean(axis=1)
    over_pairs = mean_of_pairs(np.repeat(apart, 2))
    return replace(
        over_both,
        low=float(np.fmin(over_both.low, over_pairs.low)),
        high=float(np.fmax(over_both.high, over_pairs.high)),
        p=float(np.fmax(over_both.p, p_of_zero(apart))),
    )


def _estimate(right: np.ndarray, unit: np.ndarray, seed: int, draws: int) -> Estimate:
    """The mean of [K, T]; pairs and units are drawn by themselves, the same for every table."""
    rng, pairs = stream(seed, Purpose.BOOTSTRAP), len(right)
    names, of = np.unique(unit, return_inverse=True)
    drawn = np.empty(draws)
    for k in range(draws):
        times = rng.multinomial(pairs, np.full(pairs, 1 / pairs))
        weights = rng.multinomial(len(names), np.full(len(names), 1 / len(names)))[of]
        drawn[k] = times @ right @ weights / (pairs * weights.sum())
    value = float(right.mean())
    low, high = map(float, percentile_interval(drawn))
    low, high = of_few(value, low, high, len(names))
    if drawn.min() == drawn.max():  # all alike: what so many units at least leave open
        _, low, high = share_interval(round(value * len(names)), len(names))
    return Estimate(value, min(low, value), max(high, value), drawn)


def protected(table: Table, name: str, rows: np.ndarray, unit: np.ndarray) -> Protected:
    """The column of this name of a table [N], whose value is guessed of these rows [T].

    unit: int64 [N], drawn together. Every value that stands in the table is one that could be.
    """
    values = table.train_x[:, categorical(table.columns, name)].astype(np.int64)
    lenders = np.unique(values, return_index=True)[1]
    return Protected(rows, values[rows], lenders, imputed(table, rows, name, unit))


def secrets_of(answers: Answers, of: Protected, unit: np.ndarray) -> Secrets:
    """Those of the answers of all models on what they were asked, [2 K, T V].

    unit: int64 [N], of all records.
    """
    name, signal = answers.principal
    shape = len(signal), *of.prior.shape
    member = answers.member.reshape(shape)[..., 0]
    return Secrets(name, signal.reshape(shape), member, of.value, of.prior, unit[of.rows])
