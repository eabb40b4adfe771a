import numpy as np
import pytest
from scipy.stats import norm

from truthserum.privacy.dpsgd import DPSGD, Adjacency
from truthserum.privacy.priors import Finite
from truthserum.report.bounds import bounds


def test_bounds_are_those_of_the_closed_forms_in_their_order():
    table = bounds(DPSGD(5.0, 100, 1.0, Adjacency.ADD_REMOVE), 1e-5, Finite(8))
    found = dict(zip(table["guarantee"], table["bound"], strict=True))
    mu, rho, nats = 2.0, 2.0, np.log(8)
    assert found["Gaussian f-DP"] == pytest.approx(norm.cdf(norm.ppf(1 / 8) + mu))
    assert found["zCDP"] == pytest.approx(np.exp(-((np.sqrt(nats) - np.sqrt(rho)) ** 2)))
    assert found["Gaussian f-DP"] < found["zCDP"] <= found["Rényi DP"] <= 1
    assert (table["epsilon"] == table["epsilon"][0]).all()
    assert table["epsilon"][0] == pytest.approx(10, abs=0.01)
    assert table["log_kappa"].tolist() == [pytest.approx(-nats)] * 4


def test_more_noise_allows_less():
    mechanisms = [DPSGD(noise, 100, 1.0, Adjacency.ADD_REMOVE) for noise in (5, 20, 80)]
    tables = [bounds(mechanism, 1e-5, Finite(8))["bound"].to_numpy() for mechanism in mechanisms]
    assert (np.diff(tables, axis=0) <= 0).all()
    assert (tables[-1] < 0.2).all() and (tables[-1] >= 1 / 8).all()


def test_sampled_descent_is_refused():
    with pytest.raises(ValueError, match="rate"):
        bounds(DPSGD(5.0, 100, 0.1, Adjacency.ADD_REMOVE), 1e-5, Finite(8))


def test_training_without_noise_has_no_bound():
    assert bounds(None, 1e-5, Finite(8)).empty
