"""Tables of extracted canaries. figures/README.md describes their columns."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from truthserum.statistics.intervals import clopper_pearson
from truthserum.statistics.ranks import exposure, mean, quantile

QUARTILES = {
    "lower_quartile_guesses": 0.25,
    "median_guesses": 0.5,
    "upper_quartile_guesses": 0.75,
}
WITHIN = (10, 100, 1000)


def canaries(arrays: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """A row for each canary under each attack, from the arrays of `signals.npz`."""
    row, attack = (index.ravel() for index in np.indices(arrays["guesses"].shape))
    found, candidates = arrays["guesses"].ravel(), int(arrays["candidates"])
    return pd.DataFrame(
        {
            "model": arrays["model"][row],
            "canary": arrays["canary"][row],
            "attack": arrays["attack"][attack],
            "references": arrays["references"][attack],
            "guesses": found,
            "exposure": exposure(found, candidates),
            "ties": arrays["ties"].ravel(),
            "log_likelihood": arrays["log_likelihood"][row, 0],
            "candidates": candidates,
        }
    )


def metrics(canaries: pd.DataFrame, rng: np.random.Generator, draws: int) -> pd.DataFrame:
    """Measures of each attack with all of its references, with the columns of the ledger.

    Quartiles of the guesses have exact intervals, shares found within 10, 100 and 1,000 guesses
    those of Clopper and Pearson, the mean exposure one of the bootstrap over canaries. All are over
    canaries of the models at hand; `positives` counts them.
    """
    fullest = canaries["references"] == canaries.groupby("attack")["references"].transform("max")
    return pd.DataFrame(
        [
            {"attack": attack, "group": "canaries", "mode": "none", "measure": measure}
            | dict(zip(("value", "low", "high"), map(float, estimate), strict=True))
            | {"positives": len(rows), "negatives": 0, "resolved": True}
            for attack, rows in canaries[fullest].groupby("attack", sort=False)
            for measure, estimate in _estimates(rows, rng, draws)
        ]
    )


def _estimates(
    rows: pd.DataFrame, rng: np.random.Generator, draws: int
) -> Iterator[tuple[str, tuple[float, float, float]]]:
    """(measure, (value, low, high)) of the canaries under one attack."""
    found, bounds = rows["guesses"].to_numpy(), (1, rows["candidates"].iloc[0])
    for measure, share in QUARTILES.items():
        yield measure, quantile(found, share, bounds)
    yield "mean_exposure", mean(rows["exposure"].to_numpy(), rng, draws)
    for most in WITHIN:
        hits = np.count_nonzero(found <= most)
        yield f"within_{most}", (hits / len(found), *clopper_pearson(hits, len(found)))
