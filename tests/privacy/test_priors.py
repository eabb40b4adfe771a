import numpy as np
import pytest
from scipy.special import gammaincc, gammaln
from scipy.stats import chi2

from truthserum.privacy.priors import Ball, Finite, StandardGaussian

SHARES = np.array([0.25, 0.5, 0.9])


@pytest.mark.parametrize(
    ("prior", "squared_errors", "expected"),
    [
        (StandardGaussian(784), 784 * SHARES, [-249.4, -75.7, -2.10]),
        (StandardGaussian(3072), 3072 * SHARES, [-977.3, -296.7, -8.23]),
        (Ball(1.0, 784), SHARES, [-543.4, -271.7, -41.3]),
        (Ball(3.0, 3072), 9 * SHARES, [-2129.3, -1064.7, -161.8]),
    ],
)
def test_known_values_for_images(prior, squared_errors, expected):
    digits = [0.05, 0.05, 0.05 if expected[2] < -10 else 0.005]
    assert (np.abs(prior.log_kappa(np.sqrt(squared_errors)) - expected) <= digits).all()


@pytest.mark.parametrize("dimension", [1, 2, 50])
def test_gaussian_is_above_the_exact_probability_and_near_it_per_dimension(dimension):
    errors = np.sqrt(dimension * np.linspace(0.01, 1.2, 40))
    exact = chi2.logcdf(errors**2, dimension)
    bound = StandardGaussian(dimension).log_kappa(errors)
    assert (bound >= exact).all()
    assert (bound - exact).max() < 1.5 + 0.5 * np.log(dimension)


def test_gaussian_has_the_exact_exponent_in_high_dimension():
    dimension, share = 20_000, 0.5
    # ln of the lower tail of a chi-squared law from its series, since the tail itself underflows.
    half, x = dimension / 2, dimension * share / 2
    terms = np.cumsum(np.log(x / (half + np.arange(1, dimension))))
    exact = half * np.log(x) - x - gammaln(half + 1) + np.log1p(np.exp(terms).sum())
    bound = StandardGaussian(dimension).log_kappa(np.sqrt(dimension * share))
    assert exact < -1900
    assert exact <= bound <= 0.99 * exact
    assert gammaincc(half, x) == 1  # what a computation out of log space would see


def test_ball_is_the_share_of_its_volume():
    points = np.random.default_rng(0).uniform(-2, 2, (200_000, 3))
    norms = np.linalg.norm(points, axis=1)
    inside = norms[norms <= 2]
    for error in (0.8, 1.4):
        share = np.exp(Ball(2.0, 3).log_kappa(error))
        assert abs((inside <= error).mean() - share) < 4 * np.sqrt(share / len(inside))


def test_finite_is_one_candidate_until_every_candidate_will_do():
    np.testing.assert_allclose(np.exp(Finite(8).log_kappa([0.0, 0.5, 1.0])), [0.125, 0.125, 1])
    assert Finite(8).log_kappa() == Finite(8).log_kappa(0.0)


@pytest.mark.parametrize("prior", [Ball(2.0, 5), StandardGaussian(4)])
def test_certain_at_the_radius_impossible_at_zero_and_rising_between(prior):
    log_kappa = prior.log_kappa(np.linspace(0, 4, 101))
    assert log_kappa[0] == -np.inf
    assert (np.diff(log_kappa[:51]) > 0).all()
    assert (log_kappa[50:] == 0).all()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Finite(0),
        lambda: Ball(0.0, 3),
        lambda: Ball(np.inf, 3),
        lambda: Ball(1.0, 0),
        lambda: StandardGaussian(0),
        lambda: Finite(2).log_kappa(-1.0),
        lambda: Ball(1.0, 3).log_kappa([0.5, -0.5]),
        lambda: StandardGaussian(3).log_kappa(np.nan),
    ],
)
def test_what_is_no_prior_or_no_error_is_refused(wrong):
    with pytest.raises(ValueError, match=r"found .*, allowed"):
        wrong()
