"""Epsilon from below, by how many fair coins an adversary tells from a mechanism's output.

Steinke, Nasr and Jagielski, "Privacy Auditing with One (1) Training Run", NeurIPS 2023, arXiv
2305.08846. m coins decide, each by itself, which of two neighbouring inputs the mechanism gets in m
places (here: is the target in the training set, or another record in its place?). The adversary
sees the output, guesses r of the coins and abstains from the others. If the mechanism is (epsilon,
delta)-differentially private, it guesses no better than randomised response, but for delta. Coins
of several independent runs are coins of one mechanism, the runs side by side.
"""

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaincinv, expit, gammaln, logit

from truthserum.statistics.binomial import above

TOLERANCE = 1e-9  # of epsilon


def p_value(coins: int, guesses: int, correct: int, epsilon: float, delta: float) -> float:
    """Largest probability of `correct` or more right guesses under (epsilon, delta)-DP.

    Theorem 5.2 and appendix D of arXiv 2305.08846: beta + 2 m delta alpha, with W binomial of r
    trials and success e^epsilon / (1 + e^epsilon), beta = P[W >= v] and alpha the largest P[v > W
    >= v - i] / i. ValueError unless 0 <= correct <= guesses <= coins, epsilon >= 0 and delta is
    from 0 to 1.
    """
    if not 0 <= correct <= guesses <= coins:
        raise ValueError(
            f"correct: found {correct} of {guesses} guesses on {coins} coins, allowed ascending "
            "numbers from 0"
        )
    if not epsilon >= 0 or not 0 <= delta <= 1:
        raise ValueError(
            f"epsilon, delta: found {epsilon} and {delta}, allowed at least 0, and 0 to 1"
        )
    success = expit(epsilon)
    beta = above(correct - 1, guesses, success)
    if delta == 0:
        return float(beta)
    fewer = np.arange(1, correct + 1)
    just_missed = above(correct - fewer - 1, guesses, success) - beta
    alpha = np.max(just_missed / fewer, initial=0)
    return float(min(beta + 2 * coins * delta * alpha, 1))


def epsilon_bound(
    coins: int,
    guesses: int,
    correct: int,
    delta: float,
    confidence: float = 0.95,
    ratio: float = 1.0,
) -> float:
    """The largest epsilon that so many right guesses refute at `delta`; 0 if they refute none.

    ratio: how many times more likely than under fair coins an outcome may be at most, as the law of
    the coins deviates from theirs (`halves_ratio`); every p-value is multiplied by it, so that an
    infinite one lets nothing be refuted. ValueError
    as of `p_value`, or unless 0 < confidence < 1 and ratio >= 1.
    """
    if not 0 < confidence < 1 or not ratio >= 1:
        raise ValueError(
            f"confidence, ratio: found {confidence} and {ratio}, allowed between 0 and 1, and at "
            "least 1"
        )
    level = (1 - confidence) / ratio
    if level == 0 or p_value(coins, guesses, correct, 0.0, delta) > level:
        return 0.0
    # A delta only helps the mechanism: what is refuted without it is an upper end.
    high = float(without_delta(guesses, correct, level))
    if delta == 0:
        return high

    def excess(epsilon: float) -> float:
        return p_value(coins, guesses, correct, epsilon, delta) - level

    return max(0.0, brentq(excess, 0, high + TOLERANCE, xtol=TOLERANCE) - 2 * TOLERANCE)


def without_delta(
    guesses: np.ndarray | float, correct: np.ndarray | float, level: float
) -> np.ndarray:
    """The epsilon at which `p_value` without delta is `level`, in closed form; arrays broadcast.

    The log odds of the one-sided Clopper-Pearson limit of the share of right guesses; minus
    infinity where none is right. Counts need not be whole.
    """
    failures = np.asarray(guesses, float) - correct
    return logit(betaincinv(np.maximum(correct, 1e-12), failures + 1, level))


def halves_ratio(points: int, coins: int) -> float:
    """How much likelier than under fair coins the memberships of `coins` targets are at most.

    A training set is an exact half of `points`, so that memberships are not quite independent: k of
    m targets are in with probability C(N - m, N / 2 - k) / C(N, N / 2) for each such outcome, which
    is largest at k = m / 2. About sqrt(N / (N - m)), and at most the square root of 2. As every
    outcome is at most this many times likelier, so is every event, a p-value among them.

    ValueError unless points is even and coins are 0 to half of them: beyond, some outcomes of fair
    coins could not be trained.
    """
    if points % 2 or not 0 <= coins <= points // 2:
        raise ValueError(
            f"coins: found {coins} of {points} points, allowed is 0 to half of an even number"
        )
    rest, half = points - coins, points // 2
    others_in = rest // 2
    logarithm = (
        coins * math.log(2)
        + gammaln([rest + 1, half + 1, half + 1]).sum()
        - gammaln([others_in + 1, rest - others_in + 1, points + 1]).sum()
    )
    return max(1.0, math.exp(logarithm))
