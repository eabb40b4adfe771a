from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from truthserum.privacy.accounting import (
    calibrated,
    noise_for,
    renyi_epsilon,
    tight_epsilon,
    trade_off,
)
from truthserum.privacy.dpsgd import DPSGD, Adjacency
from truthserum.privacy.guarantees import ApproximateDP
from truthserum.privacy.numeric import LEAST_DELTA

DELTA = 1e-5
RESULTS = Path(__file__).parents[2] / "docs" / "results.md"


def descent(noise_multiplier, steps=100, rate=1.0, adjacency=Adjacency.ADD_REMOVE):
    return DPSGD(noise_multiplier, steps, rate, adjacency)


@pytest.mark.parametrize(("noise", "printed", "digits"), [(2.0, 35.08, 0.005), (27.0, 1.557, 5e-4)])
def test_published_epsilons_and_the_tight_ones_below(noise, printed, digits):
    assert renyi_epsilon(descent(noise), DELTA) == pytest.approx(printed, abs=digits)
    assert tight_epsilon(descent(noise), DELTA) < printed - digits


@pytest.mark.parametrize(("epsilon", "said"), [(8, "8.9"), (1, "1.10")])
def test_the_defences_of_the_results_page_by_the_other_accountant(epsilon, said):
    """Of `defended_targeted` at laptop scale: 20 epochs of 3,100 rows in batches of 128."""
    steps, rate = 20 * 25, 128 / 3100
    noise = noise_for(epsilon, DELTA, steps, rate)
    found = renyi_epsilon(descent(noise, steps, rate), DELTA)
    assert f"{found:.{len(said.partition('.')[2])}f}" == said
    assert f"{said} instead of {epsilon}" in RESULTS.read_text("utf-8")


@pytest.mark.parametrize("noise", [2.0, 27.0])
@pytest.mark.parametrize("adjacency", Adjacency)
def test_full_batches_by_the_formulas(noise, adjacency):
    mechanism = descent(noise, adjacency=adjacency)
    mu = mechanism.gaussian().mu
    # Rényi DP alpha mu^2 / 2, converted by arXiv 2004.00010, Proposition 12, on a fine grid.
    alpha = 1 + np.geomspace(1e-3, 200, 100_000)
    converted = (
        alpha * mu**2 / 2 + np.log1p(-1 / alpha) - (np.log(DELTA) + np.log(alpha)) / (alpha - 1)
    )
    assert converted.min() - 1e-9 <= renyi_epsilon(mechanism, DELTA) <= converted.min() * 1.002

    def excess(epsilon):
        return (
            norm.cdf(mu / 2 - epsilon / mu)
            - np.exp(epsilon + norm.logcdf(-mu / 2 - epsilon / mu))
            - DELTA
        )

    assert tight_epsilon(mechanism, DELTA) == pytest.approx(brentq(excess, 0, 1000), rel=1e-8)


def test_replacing_costs_as_much_as_half_the_noise():
    for accountant in (tight_epsilon, renyi_epsilon):
        assert accountant(descent(8.0, adjacency=Adjacency.REPLACE_ONE), DELTA) == pytest.approx(
            accountant(descent(4.0), DELTA)
        )


def test_sampled_epsilon_meets_the_exact_one_at_full_batches_and_is_below_elsewhere():
    exact = tight_epsilon(descent(27.0), DELTA)
    nearly_full = tight_epsilon(descent(27.0, rate=1 - 1e-9), DELTA)
    assert exact <= nearly_full <= exact * 1.001
    for adjacency in Adjacency:
        sampled = descent(27.0, rate=0.1, adjacency=adjacency)
        assert tight_epsilon(sampled, DELTA) < tight_epsilon(replace(sampled, rate=1.0), DELTA)
    added, replaced = (
        tight_epsilon(descent(27.0, rate=0.1, adjacency=each), DELTA) for each in Adjacency
    )
    assert replaced > 1.5 * added


def test_renyi_epsilon_is_never_the_smaller():
    for mechanism in (descent(2.0), descent(20.0), descent(2.0, 100, 0.1), descent(1.0, 50, 0.02)):
        assert renyi_epsilon(mechanism, DELTA) > tight_epsilon(mechanism, DELTA)


@pytest.mark.parametrize("accountant", [tight_epsilon, renyi_epsilon])
@pytest.mark.parametrize("adjacency", Adjacency)
def test_epsilon_is_monotone(accountant, adjacency):
    base = descent(4.0, adjacency=adjacency)
    epsilon = accountant(base, DELTA)
    assert accountant(replace(base, noise_multiplier=4.1), DELTA) < epsilon
    assert accountant(replace(base, steps=101), DELTA) > epsilon
    assert accountant(base, DELTA / 2) > epsilon


@pytest.mark.parametrize("accountant", [tight_epsilon, renyi_epsilon])
@pytest.mark.parametrize("epsilon", [0.1, 0.5, 1.0, 10.0, 100.0, 1000.0])
def test_noise_for_an_epsilon_keeps_it_and_no_more(accountant, epsilon):
    for start in (0.1, 1.0, 300.0):
        found = calibrated(descent(start), epsilon, DELTA, accountant)
        assert epsilon * (1 - 1e-5) < accountant(found, DELTA) <= epsilon
        assert replace(found, noise_multiplier=start) == descent(start)


def test_noise_for_an_epsilon_under_sampling():
    found = calibrated(descent(8.0, rate=0.1), 0.5, DELTA)
    assert 0.5 * (1 - 1e-5) < tight_epsilon(found, DELTA) <= 0.5
    assert found.noise_multiplier < calibrated(descent(8.0), 0.5, DELTA).noise_multiplier


@pytest.mark.parametrize(("epsilon", "rate"), [(0.5, 0.1), (3.0, 0.1), (3.0, 1.0)])
def test_the_noise_for_an_epsilon_is_the_least_by_the_tight_accountant(epsilon, rate):
    noise = noise_for(epsilon, DELTA, 50, rate)
    run = descent(noise, 50, rate)
    assert tight_epsilon(run, DELTA) <= epsilon < renyi_epsilon(run, DELTA) < 1.25 * epsilon
    assert tight_epsilon(replace(run, noise_multiplier=0.99 * noise), DELTA) > epsilon


@pytest.mark.parametrize("noise", [10.0, 27.0])
@pytest.mark.parametrize("adjacency", Adjacency)
def test_trade_off_of_full_batches_is_gaussian(noise, adjacency):
    mechanism = descent(noise, adjacency=adjacency)
    log_kappas = np.log([0.01, 0.125, 0.5, 0.9])
    exact = np.exp(mechanism.gaussian().log_success(log_kappas))
    found = np.exp(trade_off(mechanism, np.linspace(0, 12, 241)).log_success(log_kappas))
    assert (found >= exact - 1e-9).all()
    np.testing.assert_allclose(found, exact, atol=1e-3)


def test_trade_off_of_sampled_batches_is_that_of_simulated_runs():
    # 1 - (1 - kappa) E[P/Q over the lowest 1 - kappa of Q], as arXiv 2302.07225 estimates it.
    noise, steps, rate, draws = 2.0, 50, 0.1, 20_000
    x = np.random.default_rng(0).normal(0, noise, (draws, steps))
    ratio = np.sort(np.prod(1 - rate + rate * np.exp((x - 0.5) / noise**2), axis=1))
    kappas = np.array([0.01, 0.125, 0.5])
    simulated = [1 - ratio[: round((1 - kappa) * draws)].sum() / draws for kappa in kappas]
    profile = trade_off(descent(noise, steps, rate), np.linspace(0, 6, 121))
    found = np.exp(profile.log_success(np.log(kappas)))
    # The accountant covers both directions of add/remove, of which one is a little stronger.
    np.testing.assert_allclose(simulated, found, atol=0.013)


@pytest.mark.parametrize("noise", [2.0, 4.0, 10.0, 27.0])
def test_gaussian_and_zcdp_success_are_under_the_bounds_of_accounted_epsilons(noise):
    log_kappas = np.linspace(-40, 0, 81)
    gaussian = descent(noise).gaussian()
    tight, renyi = (
        ApproximateDP(accountant(descent(noise), DELTA), DELTA).log_success(log_kappas)
        for accountant in (tight_epsilon, renyi_epsilon)
    )
    assert (gaussian.log_success(log_kappas) <= tight + 1e-9).all()
    assert (gaussian.zcdp().log_success(log_kappas) <= renyi + 1e-9).all()
    assert (tight <= renyi).all()
    assert (tight < renyi).any()


@pytest.mark.parametrize(("noise", "steps", "rate"), [(0.7, 10_000, 0.01), (20, 1000, 0.5)])
def test_at_the_smallest_deltas_sampled_epsilons_are_still_below_the_renyi_ones(noise, steps, rate):
    run = descent(noise, steps, rate)
    assert tight_epsilon(run, LEAST_DELTA) < renyi_epsilon(run, LEAST_DELTA)


def test_full_batches_have_an_epsilon_at_any_delta():
    """By the formula of Balle and Wang; mu is 10."""
    epsilon, mu = tight_epsilon(descent(1.0), 1e-50), 10.0
    spent = norm.logcdf(mu / 2 - epsilon / mu), epsilon + norm.logcdf(-mu / 2 - epsilon / mu)
    assert spent[0] + np.log1p(-np.exp(spent[1] - spent[0])) == pytest.approx(-50 * np.log(10))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: tight_epsilon(descent(2.0), 0.0),
        lambda: renyi_epsilon(descent(2.0), 1.0),
        lambda: renyi_epsilon(descent(2.0, 10, 0.1, Adjacency.REPLACE_ONE), DELTA),
        lambda: calibrated(descent(2.0), 0.0, DELTA),
        lambda: calibrated(descent(2.0), float("inf"), DELTA),
        lambda: calibrated(descent(2.0), 1.0, 2.0),
        lambda: noise_for(1.0, DELTA, 50, 1.1),
        lambda: noise_for(8.0, 1e-16, 100, 0.1),
        lambda: tight_epsilon(descent(1.0, rate=0.1), 1e-13),
    ],
)
def test_what_has_no_epsilon_is_refused(wrong):
    with pytest.raises(ValueError, match=r"found .*, allowed"):
        wrong()
