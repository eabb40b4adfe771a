"""The bounds on reconstruction that a differentially private training comes with, as a table."""

import numpy as np
import pandas as pd

from truthserum.privacy.accounting import ORDERS, tight_epsilon
from truthserum.privacy.dpsgd import DPSGD
from truthserum.privacy.guarantees import ApproximateDP
from truthserum.privacy.priors import Prior

COLUMNS = ["guarantee", "bound", "epsilon", "delta", "adjacency", "log_kappa"]


def bounds(mechanism: DPSGD | None, delta: float, prior: Prior, error: float = 0.0) -> pd.DataFrame:
    """The largest success that each guarantee of full-batch descent leaves to any adversary.

    Success is a reconstruction within `error`, of a record drawn from the prior. A row for each of
    Gaussian f-DP (the tightest), zCDP, the best Rényi order and (epsilon, delta)-DP, with columns
    guarantee, bound, epsilon (at `delta`), delta, adjacency and log_kappa; no row for None, which
    is training without noise. ValueError for sampled descent, which is not Gaussian.
    """
    if mechanism is None:
        return pd.DataFrame(columns=COLUMNS)
    gaussian = mechanism.gaussian()
    epsilon = tight_epsilon(mechanism, delta)
    log_kappa = float(prior.log_kappa(error))
    renyi = min(float(gaussian.rdp(order).log_success(log_kappa)) for order in ORDERS)
    found = {
        "Gaussian f-DP": float(gaussian.log_success(log_kappa)),
        "zCDP": float(gaussian.zcdp().log_success(log_kappa)),
        "Rényi DP": renyi,
        "(ε, δ)-DP": float(ApproximateDP(epsilon, delta).log_success(log_kappa)),
    }
    return pd.DataFrame({"guarantee": list(found), "bound": np.exp(list(found.values()))}).assign(
        epsilon=epsilon, delta=delta, adjacency=mechanism.adjacency.name, log_kappa=log_kappa
    )
