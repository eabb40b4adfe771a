"""From noise to epsilon and back, by the accountants of the library dp-accounting.

All functions state the adjacency through `DPSGD`; epsilon is that of (epsilon, delta)-DP.
"""

import logging
import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

import dp_accounting
import numpy as np
from dp_accounting.pld import PLDAccountant
from dp_accounting.rdp import RdpAccountant
from scipy.optimize import brentq

from truthserum.privacy.dpsgd import DPSGD, Adjacency
from truthserum.privacy.guarantees import FDP, ApproximateDP
from truthserum.privacy.numeric import LEAST_DELTA, require

RELATIONS = {
    Adjacency.ADD_REMOVE: dp_accounting.NeighboringRelation.ADD_OR_REMOVE_ONE,
    Adjacency.REPLACE_ONE: dp_accounting.NeighboringRelation.REPLACE_ONE,
}
# Rényi orders of the authors' notebook of arXiv 2302.07225 (shared_reconstruct_with_prior.ipynb, as
# kept in PatriciaBalboaKIT/Understanding-Disclosure-Risk-in-Differential-Privacy), and larger ones,
# without which an epsilon below 0.1 would take absurd noise.
ORDERS = (*np.linspace(1.1, 10.9, 99), *range(11, 64), 80, 128, 256, 512, 1024)
# Of the logarithm of a noise multiplier.
TOLERANCE = 1e-6


def tight_epsilon(mechanism: DPSGD, delta: float) -> float:
    """The smallest epsilon at `delta`: exact for full batches, else from privacy losses.

    Full-batch descent is one Gaussian mechanism (Balle and Wang, arXiv 1805.06530); sampled descent
    composes its privacy loss distribution, rounded so that epsilon is never too small. ValueError
    unless delta is between 0 and 1, and for sampled descent below `LEAST_DELTA`.
    """
    _check(delta)
    if mechanism.rate == 1:
        return float(dp_accounting.get_epsilon_gaussian(1 / mechanism.gaussian().mu, delta))
    require(delta >= LEAST_DELTA, "delta", delta, f"at least {LEAST_DELTA} at a rate below 1")
    return float(_losses(mechanism).get_epsilon(delta))


def renyi_epsilon(mechanism: DPSGD, delta: float) -> float:
    """The epsilon that published experiments print: Rényi DP at `ORDERS`, converted at `delta`.

    Never below `tight_epsilon`, but for rounding where both are almost 0. ValueError unless delta
    is between 0 and 1, and for sampled descent under replace-one, for which the Rényi accountant
    has no theorem.
    """
    _check(delta)
    require(
        mechanism.rate == 1 or mechanism.adjacency is Adjacency.ADD_REMOVE,
        "adjacency",
        mechanism.adjacency,
        f"{Adjacency.ADD_REMOVE} at a rate of {mechanism.rate}",
    )
    # Unlike the other accountant, this one takes the noise per sensitivity, not per clip norm.
    relative = replace(
        mechanism, noise_multiplier=mechanism.noise_multiplier / mechanism.adjacency.value
    )
    return float(RdpAccountant(ORDERS).compose(_event(relative)).get_epsilon(delta))


def calibrated(
    mechanism: DPSGD,
    epsilon: float,
    delta: float,
    accountant: Callable[[DPSGD, float], float] = tight_epsilon,
) -> DPSGD:
    """The mechanism with the least noise (to 2e-6 of it) that keeps the accountant's epsilon.

    The noise multiplier of `mechanism` is where the search starts; everything else is kept.
    ValueError unless epsilon is positive and finite and delta is between 0 and 1.
    """
    require(0 < epsilon < math.inf, "epsilon", epsilon, "positive and finite")

    def noisy(log_noise: float) -> DPSGD:
        return replace(mechanism, noise_multiplier=math.exp(log_noise))

    @cache
    def excess(log_noise: float) -> float:
        return accountant(noisy(log_noise), delta) - epsilon

    # Little noise is what takes accountants longest: the bracket below begins narrow.
    low = high = math.log(mechanism.noise_multiplier)
    step = 0.1
    while excess(low) < 0:
        low, step = low - step, 2 * step
    while excess(high) > 0:
        high += 1
    root = brentq(excess, low, high, xtol=TOLERANCE) if low < high else low
    # The root may lie below the answer by the tolerance; more noise keeps the promise.
    return noisy(root + 2 * TOLERANCE)


@cache
def noise_for(epsilon: float, delta: float, steps: int, rate: float) -> float:
    """The least noise multiplier that keeps (epsilon, delta) when one record is added or removed.

    By the tight accountant. Published runs of DP-SGD mostly print the epsilon of the Rényi
    accountant, which for this noise is 2 to 11 % larger. Time and memory grow with epsilon, for a
    rate below 1 half a minute at 50. ValueError for a rate above 1: a batch of more than all rows;
    and as of `tight_epsilon`.
    """
    # An order that does not converge is left out, which errs to the safe side.
    logging.getLogger("absl").setLevel(logging.ERROR)
    mechanism = DPSGD(1.0, steps, rate, Adjacency.ADD_REMOVE)
    if rate < 1:
        # Quick, and never below the tight one: the search begins at the noise that it asks for.
        mechanism = calibrated(mechanism, epsilon, delta, renyi_epsilon)
    return calibrated(mechanism, epsilon, delta).noise_multiplier


def trade_off(mechanism: DPSGD, epsilons: Iterable[float]) -> FDP:
    """The f-DP of the mechanism from its privacy profile at `epsilons`, each at least 0.

    It holds for either direction of the adjacency, and without Monte-Carlo error.
    """
    losses = _losses(mechanism)
    return FDP(tuple(ApproximateDP(each, float(losses.get_delta(each))) for each in epsilons))


def _check(delta: float) -> None:
    require(0 < delta < 1, "delta", delta, "above 0 and below 1")


def _event(mechanism: DPSGD) -> dp_accounting.DpEvent:
    step = dp_accounting.GaussianDpEvent(mechanism.noise_multiplier)
    sampled = dp_accounting.PoissonSampledDpEvent(mechanism.rate, step)
    return dp_accounting.SelfComposedDpEvent(sampled, mechanism.steps)


def _losses(mechanism: DPSGD) -> PLDAccountant:
    return PLDAccountant(RELATIONS[mechanism.adjacency]).compose(_event(mechanism))
