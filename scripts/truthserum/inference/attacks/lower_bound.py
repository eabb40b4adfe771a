"""A lower bound on the epsilon of what was trained, from the decisions of an attack.

Membership of the targets in a model are the coins of the one-run bound (`statistics.one_run`), with
these cares for its conditions.

*Neighbours.* Halves have a fixed size, so a coin decides between the target and another record in
its place: the bound is on the epsilon of **replace-one** adjacency, which at the same delta can be
more than twice that of add/remove. The other records, the poisons among them, are the same for
both; the bound holds for training on a poisoned set, as a guarantee for any data must.

*Coins.* They are those of an exact half: `halves_ratio` pays for it. Of a pair of complementary
models one is audited; the other would show every coin a second time.

*Guesses* on a model must not be chosen by models that are audited with it: two models that are each
other's shadow models can be right together by luck. So the first half of the pairs are the shadow
models of all others, and also where the numbers of guesses are chosen. Given these, the audited
models are independent.

*Not done:* rates of pooled decisions with Clopper and Pearson's limits, as audits of one canary a
model have them (Jagielski et al., arXiv 2006.07709). Decisions of one model on many targets are not
independent, and on one target there are as many as models: 5 of 5 members and 0 of 5 others prove
nothing, 16 of 16 and 0 of 16 an epsilon of 1.3, where 100 coins in each of 16 models may prove 6.

M models, P points.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from truthserum.inference.attacks.base import Attack, Evidence
from truthserum.statistics.one_run import epsilon_bound, halves_ratio, without_delta

FEWEST_PAIRS = 3  # of shadow models: with one left out, two models are left on either side
STEPS = 20  # numbers of guesses tried on either end, even ones and as many that are small
CONFIDENCE = 0.95


@dataclass(frozen=True)
class LowerBound:
    """What was proven, and what could have been.

    lower: the largest epsilon that is refuted with 95 % confidence. ceiling: the same had all coins
    been guessed right. coins, guesses, correct: decisions at stake, made, and right. models,
    shadows: audited and shadow models.
    """

    lower: float
    ceiling: float
    coins: int
    guesses: int
    correct: int
    models: int
    shadows: int

    @classmethod
    def of(
        cls,
        coins: int,
        told: tuple[int, int],
        models: tuple[int, int],
        delta: float,
        confidence: float = CONFIDENCE,
        ratio: float = 1.0,
    ) -> Self:
        """By so many guesses and right ones, and of so many audited and shadow models.

        delta, confidence, ratio: as of `epsilon_bound`.
        """
        lower, ceiling = (
            epsilon_bound(coins, made, right, delta, confidence, ratio)
            for made, right in (told, (coins, coins))
        )
        return cls(lower, ceiling, coins, *told, *models)


def lower_bound(attack: Attack, evidence: Evidence, pool: int, delta: float) -> LowerBound | None:
    """The bound at `delta` by one attack; None with fewer than four pairs of models.

    evidence: of models of which 2k and 2k + 1 hold complementary halves of `pool` points. Of more
    attacked points than half of the pool, only the first so many are coins. ValueError as of the
    attack, or if the pool is odd.
    """
    shadows, audited = shared_out(len(evidence.member))
    if not len(audited):
        return None
    points = slice(0, pool // 2)
    rehearsed = attack.score(evidence.select(shadows))[:, points]
    share = chosen_shares(rehearsed, evidence.member[shadows, points], len(audited))
    # The partner of the audited model is of its group, and no shadow model of its.
    turns = (np.r_[shadows, i, i + 1] for i in audited)
    scores = np.array([attack.score(evidence.select(turn))[-2] for turn in turns])[:, points]
    guesses = told(scores, evidence.member[audited, points], share)
    return LowerBound.of(
        scores.size, guesses, (len(audited), len(shadows)), delta, ratio=_ratio(pool, scores)
    )


def shared_out(models: int) -> tuple[np.ndarray, np.ndarray]:
    """Of so many models those that are shadow models, int64 [S], and those that are audited [A].

    Audited is one of each pair of the second half; none with fewer than four pairs.
    """
    pairs = models // 2
    first = max(FEWEST_PAIRS, pairs - pairs // 2)
    return np.arange(2 * first), np.arange(2 * first, 2 * pairs, 2)


def chosen_shares(scores: np.ndarray, member: np.ndarray, models: int) -> tuple[float, float]:
    """Which shares of all decisions to guess in and out, those of highest and of lowest scores.

    Those that would prove most, without delta, about so many `models` as exact as these are, whose
    scores and members are [M, P].
    """
    total, scale = scores.size, models / len(scores)
    order = np.argsort(-scores, axis=None, kind="stable")
    right_in = np.append(0, np.cumsum(member.ravel()[order]))
    right_out = np.append(0, np.cumsum(~member.ravel()[order[::-1]]))
    counts = np.append(np.linspace(0, total, STEPS + 1), np.geomspace(1, total, STEPS))
    counts = np.unique(counts.astype(int))
    most, least = np.meshgrid(counts, counts, indexing="ij")
    correct = scale * (right_in[most] + right_out[least])
    proven = without_delta(scale * (most + least), correct, 1 - CONFIDENCE)
    best = np.argmax(np.where(most + least <= total, proven, -np.inf))
    return most.flat[best] / total, least.flat[best] / total


def told(scores: np.ndarray, member: np.ndarray, shares: tuple[float, float]) -> tuple[int, int]:
    """Numbers of guesses and of right ones, on these shares of the decisions [M, P]."""
    total = scores.size
    most = round(shares[0] * total)
    least = min(round(shares[1] * total), total - most)
    ordered = member.ravel()[np.argsort(-scores, axis=None, kind="stable")]
    return most + least, int(ordered[:most].sum() + (~ordered[total - least :]).sum())


def _ratio(pool: int, scores: np.ndarray) -> float:
    """Of the law of all coins to that of fair ones; models have independent halves.

    Infinite where that is beyond all floats, as of thousands of models.
    """
    models, points = scores.shape
    with np.errstate(over="ignore"):
        return float(np.float_power(halves_ratio(pool, points), models))
