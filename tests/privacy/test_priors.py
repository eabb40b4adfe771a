import numpy as np
import pytest

from truthserum.privacy.priors import Ball, Finite

SHARES = np.array([0.25, 0.5, 0.9])


@pytest.mark.parametrize(
    ("prior", "squared_errors", "expected"),
    [
        (Ball(1.0, 784), SHARES, [-543.4, -271.7, -41.3]),
        (Ball(3.0, 3072), 9 * SHARES, [-2129.3, -1064.7, -161.8]),
    ],
)
def test_known_values_for_images(prior, squared_errors, expected):
    assert (np.abs(prior.log_kappa(np.sqrt(squared_errors)) - expected) <= 0.05).all()


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


def test_certain_at_the_radius_impossible_at_zero_and_rising_between():
    log_kappa = Ball(2.0, 5).log_kappa(np.linspace(0, 4, 101))
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
        lambda: Finite(2).log_kappa(-1.0),
        lambda: Ball(1.0, 3).log_kappa([0.5, -0.5]),
        lambda: Ball(1.0, 3).log_kappa(np.nan),
    ],
)
def test_what_is_no_prior_or_no_error_is_refused(wrong):
    with pytest.raises(ValueError, match=r"found .*, allowed"):
        wrong()
