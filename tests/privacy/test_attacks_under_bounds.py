"""The best attacks on mechanisms that are simulated step by step, against the bounds that apply."""

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import norm

from truthserum.privacy.accounting import trade_off
from truthserum.privacy.dpsgd import DPSGD, Adjacency
from truthserum.privacy.guarantees import ApproximateDP
from truthserum.privacy.priors import Finite
from truthserum.statistics.intervals import clopper_pearson

TRIALS = 20_000


def simplex(size):
    """`size` clipped gradients of norm 1, as far apart as they can be, [size, size]."""
    centred = np.eye(size) - 1 / size
    return centred / np.linalg.norm(centred, axis=1, keepdims=True)


def successes_of_gradient_matching(candidates, mechanism, seed):
    """Right guesses of the most likely candidate, from the noisy sums of all full-batch steps."""
    rng = np.random.default_rng(seed)
    secrets = rng.integers(len(candidates), size=TRIALS)
    matches = np.zeros((TRIALS, len(candidates)))
    for _ in range(mechanism.steps):
        noise = mechanism.noise_multiplier * rng.standard_normal((TRIALS, candidates.shape[1]))
        matches += (candidates[secrets] + noise) @ candidates.T
    return int((matches.argmax(axis=1) == secrets).sum())


@pytest.mark.parametrize("noise", [2.0, 5.0, 20.0])
@pytest.mark.parametrize("size", [2, 8])
def test_finite_prior_on_full_batches(size, noise):
    mechanism = DPSGD(noise, 16, 1.0, Adjacency.ADD_REMOVE)
    hits = successes_of_gradient_matching(simplex(size), mechanism, seed=3)
    low, high = clopper_pearson(hits, TRIALS, 0.999)
    log_kappa = Finite(size).log_kappa()
    bound = np.exp(mechanism.gaussian().log_success(log_kappa))
    assert low <= bound
    assert high > np.exp(log_kappa)
    # Two opposite candidates attain the bound; eight come within a sixth of it.
    assert high >= bound if size == 2 else hits / TRIALS > 5 / 6 * bound
    assert low <= np.exp(mechanism.gaussian().zcdp().log_success(log_kappa))


def test_the_wrong_adjacency_would_be_noticed():
    # Taking the noise per replaced record for the noise per added one halves mu.
    right = DPSGD(4.0, 16, 1.0, Adjacency.ADD_REMOVE)
    low, _ = clopper_pearson(
        successes_of_gradient_matching(simplex(2), right, seed=4), TRIALS, 0.999
    )
    halved = DPSGD(8.0, 16, 1.0, Adjacency.ADD_REMOVE).gaussian()
    assert low > np.exp(halved.log_success(Finite(2).log_kappa()))
    doubled = DPSGD(4.0, 16, 1.0, Adjacency.REPLACE_ONE).gaussian()
    assert low < np.exp(doubled.log_success(Finite(2).log_kappa()))


def test_finite_prior_on_sampled_batches():
    mechanism = DPSGD(1.0, 30, 0.2, Adjacency.ADD_REMOVE)
    rng = np.random.default_rng(5)
    secrets = rng.choice([-1, 1], size=TRIALS)
    log_ratio = np.zeros(TRIALS)
    for _ in range(mechanism.steps):
        taken = rng.random(TRIALS) < mechanism.rate
        seen = secrets * taken + mechanism.noise_multiplier * rng.standard_normal(TRIALS)
        # ln of the law with each candidate over the law without it, as the batch is unknown.
        with_each = [
            logsumexp(
                [0 * seen, (sign * seen - 0.5) / mechanism.noise_multiplier**2],
                b=[[1 - mechanism.rate], [mechanism.rate]],
                axis=0,
            )
            for sign in (1, -1)
        ]
        log_ratio += with_each[0] - with_each[1]
    hits = int((np.sign(log_ratio) == secrets).sum())
    low, _ = clopper_pearson(hits, TRIALS, 0.999)
    log_kappa = Finite(2).log_kappa()
    accounted = np.exp(trade_off(mechanism, np.linspace(0, 6, 61)).log_success(log_kappa))
    assert low <= accounted
    assert hits / TRIALS > 0.9 * accounted
    assert accounted < norm.cdf(mechanism.steps**0.5)  # what full batches would give away


def test_laplace_mechanism_under_pure_dp():
    # Candidates on a line, where the reference is the middle one of three.
    rng = np.random.default_rng(6)
    epsilon = 1.5
    secrets = rng.integers(-1, 2, size=TRIALS)
    guesses = np.clip(np.rint(secrets + rng.laplace(0, 1 / epsilon, TRIALS)), -1, 1)
    low, high = clopper_pearson(int((guesses == secrets).sum()), TRIALS, 0.999)
    exact = 1 - 2 / 3 * np.exp(-epsilon / 2)  # of a uniform secret: two ends and a middle
    assert low <= exact <= high
    assert low <= np.exp(ApproximateDP(epsilon, 0.0).log_success(Finite(3).log_kappa()))
