import numpy as np
import pytest
from scipy.stats import norm

from truthserum.privacy.dpsgd import DPSGD, Adjacency
from truthserum.privacy.priors import Finite
from truthserum.reconstruction.bounds import bounds, bounds_by_prior


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
    images = np.random.default_rng(0).uniform(size=(20, 4))
    assert bounds_by_prior(None, 1e-5, 8, [0.01], images, images).empty


def test_one_epsilon_is_tight_and_the_other_beside_it():
    row = bounds(DPSGD(5.0, 100, 1.0, Adjacency.ADD_REMOVE), 1e-5, Finite(8)).iloc[0]
    assert row["epsilon"] < row["renyi_epsilon"] < 1.2 * row["epsilon"]


def test_bounds_at_an_error_are_those_of_each_kappa():
    rng = np.random.default_rng(0)
    records, own = rng.uniform(size=(60, 4)), rng.uniform(size=(30, 4))
    mechanism = DPSGD(20.0, 100, 1.0, Adjacency.ADD_REMOVE)
    table = bounds_by_prior(mechanism, 1e-5, 8, [0.02, 0.04], records, own)
    assert table.groupby(["prior", "radius"]).size().to_dict() == {
        ("candidates", 0.0): 4,
        **{(name, at): 4 for name in ("any_guess", "ball", "guesses") for at in (0.02, 0.04)},
    }
    tight = table[table["guarantee"] == "Gaussian f-DP"].set_index(["prior", "radius"])
    success = norm.cdf(norm.ppf(np.exp(tight["log_kappa"].astype(float))) + 0.5)
    np.testing.assert_allclose(tight["bound"].astype(float), success, rtol=1e-6)
    # The mean squared error of 4 pixels as a distance, by one known case: the ball.
    reach = np.linalg.norm(records - records.mean(0), axis=1).max()
    kappa = (np.sqrt(0.02 * 4) / reach) ** 4
    assert np.exp(tight.loc[("ball", 0.02), "log_kappa"]) == pytest.approx(kappa)
    kappas = tight["log_kappa"].unstack()
    assert (kappas[0.04].drop("candidates") > kappas[0.02].drop("candidates")).all()
