import numpy as np
import pytest
from scipy.stats import ksone

from truthserum.privacy.dpsgd import DPSGD, Adjacency
from truthserum.privacy.guarantees import Gaussian
from truthserum.privacy.subsampled import Subsampled

LOG_KAPPAS = np.log([1e-4, 0.01, 0.125, 0.5, 0.9])


def descent(noise_multiplier=2.0, steps=20, rate=0.2):
    return DPSGD(noise_multiplier, steps, rate, Adjacency.ADD_REMOVE)


def estimate(bound, log_kappas=LOG_KAPPAS):
    """The success of the bound without its margin; wrong where the bound is cut at 1."""
    return np.exp(bound.log_success(log_kappas)) - bound.margin


def drawn_without_the_record(mechanism, kappa, draws, seed):
    """1 - (1 - kappa) E[P/Q over the lowest 1 - kappa of Q], as arXiv 2302.07225 estimates it."""
    rng = np.random.default_rng(seed)
    noise, rate = mechanism.noise_multiplier, mechanism.rate
    x = rng.normal(0, noise, (draws, mechanism.steps))
    ratio = 1 - rate + rate * np.exp((x**2 - (x - 1) ** 2) / (2 * noise**2))
    lowest = np.sort(np.prod(ratio, axis=1))[: round((1 - kappa) * draws)]
    return 1 - (1 - kappa) * lowest.mean()


@pytest.mark.parametrize(("noise", "steps"), [(2.0, 1), (27.0, 100), (10.0, 100)])
def test_full_batches_are_gaussian(noise, steps):
    mechanism = descent(noise, steps, 1.0)
    bound = Subsampled(mechanism, draws=20_000)
    exact = np.exp(mechanism.gaussian().log_success(LOG_KAPPAS))
    np.testing.assert_allclose(estimate(bound), exact, atol=bound.margin)
    assert (np.exp(bound.log_success(LOG_KAPPAS)) >= exact).all()


@pytest.mark.parametrize(("noise", "steps", "rate"), [(2.0, 20, 0.2), (1.0, 50, 0.1)])
def test_agrees_with_draws_from_the_other_law(noise, steps, rate):
    mechanism = descent(noise, steps, rate)
    bound = Subsampled(mechanism, draws=20_000)
    other = [drawn_without_the_record(mechanism, np.exp(each), 20_000, 1) for each in LOG_KAPPAS]
    np.testing.assert_allclose(estimate(bound)[1:4], other[1:4], atol=2 * bound.margin)


def test_one_step_by_integration():
    mechanism = descent(0.7, 1, 0.3)
    x = np.linspace(-8, 9, 200_001)
    width = x[1] - x[0]

    def density(mean):
        return np.exp(-((x - mean) ** 2) / (2 * 0.7**2)) / np.sqrt(2 * np.pi * 0.7**2)

    without, with_record = density(0), 0.7 * density(0) + 0.3 * density(1)
    # P/Q rises in x, so the best test accepts from a threshold on.
    kappas = 1 - np.cumsum(without) * width
    exact = np.interp(np.exp(LOG_KAPPAS), kappas[::-1], (1 - np.cumsum(with_record) * width)[::-1])
    bound = Subsampled(mechanism, draws=20_000)
    np.testing.assert_allclose(estimate(bound), exact, atol=bound.margin)


def test_margin_covers_as_often_as_it_says():
    mechanism = descent(3.0, 1, 1.0)
    grid = np.log(np.linspace(0.001, 0.999, 200))
    exact = Gaussian(1 / 3).log_success(grid)
    covered = [
        (Subsampled(mechanism, 200, 0.8, seed).log_success(grid) >= exact).all()
        for seed in range(300)
    ]
    assert np.mean(covered) >= 0.8 - 3 * np.sqrt(0.8 * 0.2 / 300)


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95])
def test_margin_is_just_above_the_exact_quantile_of_the_one_sided_distance(confidence):
    exact = ksone.ppf(confidence, 1000)
    assert exact <= Subsampled(descent(), 1000, confidence).margin <= 1.03 * exact


def test_the_seed_decides():
    first, again, other = (Subsampled(descent(), 500, seed=each) for each in (1, 1, 2))
    np.testing.assert_array_equal(first.log_success(LOG_KAPPAS), again.log_success(LOG_KAPPAS))
    assert (first.log_success(LOG_KAPPAS) != other.log_success(LOG_KAPPAS)).any()


def test_success_rises_with_kappa_rate_and_steps_and_falls_with_noise():
    grid = np.linspace(-2000, 0, 500)
    assert (np.diff(Subsampled(descent(), 1000).log_success(grid)) >= 0).all()

    def at_one_percent(**changed):
        return estimate(Subsampled(descent(**changed), 20_000), np.log(0.01))

    assert at_one_percent(rate=0.02) < at_one_percent(rate=0.2) < at_one_percent(rate=1.0)
    assert at_one_percent(steps=4) < at_one_percent(steps=20) < at_one_percent(steps=100)
    assert at_one_percent(noise_multiplier=4.0) < at_one_percent(noise_multiplier=1.0)


def test_hopeless_and_certain_guesses_stay_in_range():
    bound = Subsampled(descent(), draws=1000)
    unlikely, certain = bound.log_success([-2000.0, 0.0])
    assert np.exp(unlikely) == pytest.approx(bound.margin + 1 / 1000)
    assert certain == 0
    assert bound.log_success(-np.inf) == unlikely


def test_sampling_is_amplification():
    sampled = Subsampled(descent(rate=0.2), draws=20_000)
    full = descent(rate=1.0).gaussian().log_success(LOG_KAPPAS)
    assert (estimate(sampled) < np.exp(full)).all()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Subsampled(DPSGD(2.0, 10, 0.1, Adjacency.REPLACE_ONE)),
        lambda: Subsampled(descent(), draws=0),
        lambda: Subsampled(descent(), confidence=1.0),
        lambda: Subsampled(descent(), confidence=0.3),
        lambda: Subsampled(descent(), draws=10).log_success(0.5),
    ],
)
def test_what_it_cannot_bound_is_refused(wrong):
    with pytest.raises(ValueError, match=r"found .*, allowed"):
        wrong()
