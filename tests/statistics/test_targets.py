import numpy as np
import pytest
from scipy.stats import norm

from truthserum.statistics.roc import roc
from truthserum.statistics.targets import d_prime, target_auc


@pytest.fixture
def member():
    rng = np.random.default_rng(1)
    return np.argsort(rng.random((12, 30)), axis=0) < rng.integers(3, 9, 30)


def test_d_prime_is_its_definition(member):
    signals = np.random.default_rng(2).standard_normal((12, 30, 3))
    for point, found in enumerate(d_prime(signals, member)):
        inside, outside = signals[member[:, point], point], signals[~member[:, point], point]
        spread = ((inside.var(axis=0, ddof=1) + outside.var(axis=0, ddof=1)) / 2) ** 0.5
        expected = (inside.mean(axis=0) - outside.mean(axis=0)) / spread
        assert found == pytest.approx(expected.mean())


def test_d_prime_of_signals_that_do_not_vary(member):
    """Not even where sums of equal numbers are rounded, as those of 0.1 are."""
    for equal in (0.0, 0.1, -7.3):
        signals = np.full((12, 30, 1), equal)
        np.testing.assert_allclose(d_prime(signals, member), 0, atol=1e-6)
        np.testing.assert_allclose(d_prime(signals + member[:, :, None], member), 1e6)


def test_opposite_queries_that_do_not_vary_cancel(member):
    signals = np.stack([member, ~member], axis=2).astype(float)
    np.testing.assert_allclose(d_prime(signals, member), 0, atol=1e-6)


def test_target_auc_is_the_auc_of_each_column(member):
    scores = np.random.default_rng(3).integers(0, 5, (12, 30)) + member
    expected = [roc(scores[:, k], member[:, k]).auc() for k in range(30)]
    np.testing.assert_allclose(target_auc(scores, member), expected)


def test_many_models_approach_known_gaussians():
    rng = np.random.default_rng(4)
    separation = np.array([0.0, 0.5, 1.0, 3.0])
    member = np.arange(20_000)[:, None] % 2 == np.zeros((1, 4))
    signals = rng.standard_normal((20_000, 4)) + separation * member
    np.testing.assert_allclose(d_prime(signals[:, :, None], member), separation, atol=0.06)
    expected = norm.cdf(separation / 2**0.5)
    np.testing.assert_allclose(target_auc(signals, member), expected, atol=0.015)


def test_targets_with_too_few_models_are_refused():
    one = np.arange(6)[:, None] == np.zeros((1, 2))
    target_auc(np.zeros((6, 2)), one)
    with pytest.raises(ValueError, match=r"found 1 IN or OUT models at a point \(6 models, 2 poi"):
        d_prime(np.zeros((6, 2, 1)), one)
    with pytest.raises(ValueError, match="found 0 IN or OUT"):
        target_auc(np.zeros((6, 2)), ~one & False)
