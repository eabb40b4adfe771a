"""The bounds on reconstruction that a differentially private training comes with, as a table."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from truthserum.privacy.accounting import ORDERS, renyi_epsilon, tight_epsilon
from truthserum.privacy.dpsgd import DPSGD
from truthserum.privacy.empirical import AnyGuess, Guesses, modes
from truthserum.privacy.guarantees import ApproximateDP
from truthserum.privacy.priors import Ball, Finite, Prior
from truthserum.reconstruction.columns import TABLES

COLUMNS = list(TABLES["bounds"].meanings)


def bounds(mechanism: DPSGD | None, delta: float, prior: Prior, error: float = 0.0) -> pd.DataFrame:
    """The largest success that each guarantee of full-batch descent leaves to any adversary.

    Success is a reconstruction within `error`, of a record drawn from the prior. A row for each of
    Gaussian f-DP (the tightest), zCDP, the best Rényi order and (epsilon, delta)-DP, with columns
    guarantee, bound, epsilon (tight, at `delta`), renyi_epsilon (the same by the accountant of most
    published runs), delta, adjacency and log_kappa; no row for None, which is training without
    noise. ValueError for sampled descent, which is not Gaussian.
    """
    if mechanism is None:
        return pd.DataFrame(columns=COLUMNS[:-2])
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
        epsilon=epsilon,
        renyi_epsilon=renyi_epsilon(mechanism, delta),
        delta=delta,
        adjacency=mechanism.adjacency.name,
        log_kappa=log_kappa,
    )


def bounds_by_prior(
    mechanism: DPSGD | None,
    delta: float,
    candidates: int,
    radii: Sequence[float],
    records: np.ndarray,
    own: np.ndarray,
) -> pd.DataFrame:
    """The bounds for one of `candidates` records, and for a reconstruction within each radius.

    radii: mean squared errors. records: [n, p], images from the prior of the private records, by
    which kappa is estimated, from above at 95 % confidence. own: [m, p], other images, of which
    guesses are made. Columns as of `bounds`, and radius (0 for candidates) and prior: `candidates`;
    `guesses`, where kappa is that of the best of the `modes` of own images; `any_guess`, that of
    all guesses there are; or `ball`, under a law that knows nothing of what images look like,
    uniform in the ball about the mean of the records that just holds them.
    """
    made = [bounds(mechanism, delta, Finite(candidates)).assign(prior="candidates", radius=0.0)]
    pixels = records.shape[1]
    reach = np.linalg.norm(records - records.mean(axis=0), axis=1).max()
    for radius in radii if mechanism else ():
        error = float(np.sqrt(radius * pixels))
        priors: dict[str, Prior] = {
            "guesses": Guesses(modes(own, error), records),
            "any_guess": AnyGuess(records),
            "ball": Ball(float(reach), pixels),
        }
        for name, prior in priors.items():
            rows = bounds(mechanism, delta, prior, error)
            made.append(rows.assign(prior=name, radius=radius))
    return pd.concat(made, ignore_index=True)[COLUMNS]
