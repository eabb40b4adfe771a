"""Epsilon from below, by the coins that an attack tells (see `statistics.one_run`).

Each coin decides between two records, of which one goes to a model and the other to its partner, so
the bound is on the epsilon of replacing one by another. Units of several records prove nothing of
that: replacing all of them may show as many times as much. Of a pair one model is audited:
the other shows every coin a second time. The first half of the pairs are the shadow models of all
others, and there attack, signal and numbers of guesses are chosen; given these, the audited models
are independent. The coins are fair and independent as they are thrown (`audit.presence`).
"""

from dataclasses import replace

import numpy as np

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.attacks import attacks_on, evidence_of
from truthserum.audit.claim import Claim
from truthserum.audit.presence import Coins
from truthserum.inference.attacks.lower_bound import (
    CONFIDENCE,
    LowerBound,
    chosen_shares,
    shared_out,
    told,
)
from truthserum.seeds import Purpose, stream
from truthserum.statistics.one_run import epsilon_bound, without_delta

STEPS = 30  # numbers of guesses tried where there is one model
SEED = 0  # of the order in which its equal scores are told, which is no secret


def of_units(values: np.ndarray, unit: np.ndarray, units: int) -> np.ndarray:
    """Means [M, units] of values [M, P] over the records of each unit; NaN where none is asked."""
    counts = np.bincount(unit, minlength=units)
    sums = np.array([np.bincount(unit, row, minlength=units) for row in values])
    with np.errstate(invalid="ignore"):
        return sums / counts


def margins(
    scores: np.ndarray, coins: Coins, unit: np.ndarray, models: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """By how much the first unit of each coin scores higher than the second, float64 [M', C'], and
    whether it is in model 2k, bool [M', C'].

    scores: [M', P], of these models 2k, on records of these units [P]. Coins of units that are not
    asked about, or of several records, are left out; there are equally many in every pair.
    """
    pairs, alone = models // 2, np.bincount(unit, minlength=coins.units) == 1
    each = np.where(alone, of_units(scores, unit, coins.units), np.nan)
    apart = coins.apart(each, pairs, nobody=np.nan)
    asked, shape = ~np.isnan(apart), (len(models), -1)
    return apart[asked].reshape(shape), coins.coin[pairs][asked].reshape(shape)


def of_pairs(answers: Answers, coins: Coins, unit: np.ndarray, delta: float) -> LowerBound | None:
    """The bound at `delta` by pairs of models; None with fewer than four pairs, or without a coin
    of two single records.

    unit: int [P], of each record asked about.
    """
    shadows, audited = shared_out(len(answers.member))
    if not len(audited):
        return None
    seen, victims = answers.select(shadows), shadows[0::2]
    if not margins(seen.confidence[0::2], coins, unit, victims)[0].size:
        return None
    tried = []
    for candidate, attack in attacks_on(seen).items():
        scores = attack.score(evidence_of(seen, candidate.signal))[0::2]
        apart, fell = margins(scores, coins, unit, victims)
        share = chosen_shares(apart, fell, len(audited))
        made, right = told(apart, fell, share)
        proven = float(without_delta(made, right, 1 - CONFIDENCE)) if made else -np.inf
        tried.append((proven, candidate, attack, share))
    _, candidate, attack, share = max(tried, key=lambda one: one[0])
    later = [
        attack.score(evidence_of(answers.select(np.r_[shadows, i, i + 1]), candidate.signal))[-2]
        for i in audited
    ]
    apart, fell = margins(np.array(later), coins, unit, audited)
    guesses = told(apart, fell, share)
    return LowerBound.of(apart.size, guesses, (len(audited), len(shadows)), delta)


def of_one_model(scores: np.ndarray, member: np.ndarray, delta: float) -> LowerBound:
    """The bound at `delta` by one model, whose members fair coins chose, each by itself.

    scores, member: [P]. So many guesses on either end are tried, equally many; the best counts, at
    a confidence that pays for all of them (Bonferroni), as JAX Privacy has it. Adjacency is to add
    or remove a record. Equal scores are told in an order drawn here: that of the records may give
    members away, as where a file has them first.
    """
    coins = len(member)
    order = stream(SEED, Purpose.SECRETS).permutation(coins)
    scores, member = scores[order], member[order]
    numbers = np.unique(np.geomspace(1, coins // 2, STEPS).astype(int))
    confidence = 1 - (1 - CONFIDENCE) / len(numbers)
    found = [told(scores, member, (n / coins, n / coins)) for n in numbers]
    bounds = [epsilon_bound(coins, *guesses, delta, confidence) for guesses in found]
    made, right = np.transpose(found)
    ends = without_delta(made, right, 1 - confidence)  # by which the best is told where all are 0
    best = max(range(len(found)), key=lambda k: (bounds[k], ends[k]))
    return LowerBound.of(coins, found[best], (1, 0), delta, confidence)


def as_claim(bound: LowerBound | None, claimed: float | None, delta: float, why_none: str) -> Claim:
    """What is said of epsilon: the bound, what could have been proven, what that says of a claim.

    A claim is contradicted or not contradicted, never confirmed. why_none: said without a bound.
    """
    said = Claim("epsilon_lower", claimed=claimed, delta=delta)
    if bound is None:
        return replace(said, resolved=False, claim="not measured", reason=why_none)
    word = "not claimed"
    if claimed is not None:
        word = "contradicted" if bound.lower > claimed else "not contradicted"
    return replace(
        said,
        value=bound.lower,
        low=bound.lower,
        ceiling=bound.ceiling,
        coins=bound.coins,
        guesses=bound.guesses,
        correct=bound.correct,
        models=bound.models,
        claim=word,
    )
