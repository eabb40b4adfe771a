"""Tables of extracted canaries. docs/tables.md describes their columns."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from truthserum.statistics.estimates import Interval
from truthserum.statistics.intervals import share_interval
from truthserum.statistics.means import mean_of, stands_still
from truthserum.statistics.paired import Estimate
from truthserum.statistics.ranks import exposure, quantile

QUARTILES = {"lower_quartile_guesses": 0.25, "median_guesses": 0.5, "upper_quartile_guesses": 0.75}
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
            "poison_share": float(arrays["poison_share"]),
        }
    )


def metrics(
    canaries: pd.DataFrame, rng: np.random.Generator, draws: int
) -> tuple[pd.DataFrame, np.ndarray]:
    """Measures of each attack with all of its references, and their bootstrap draws [rows, draws].

    The columns are those of the ledger. Quartiles of the guesses have exact intervals, shares found
    within 10, 100 and 1,000 guesses those of Clopper and Pearson, the mean exposure Student's,
    between no bit and all: of ten or twelve canaries percentiles of the draws cover in 88 to 92 %.
    All are over canaries of the models at hand; `positives` counts them. A draw takes canaries with
    replacement, the same ones for every row, and for every arm of as many canaries that comes with
    the same stream: draw k of two arms makes a paired draw of their difference.
    """
    fullest = canaries["references"] == canaries.groupby("attack")["references"].transform("max")
    attacks = dict(list(canaries[fullest].groupby("attack", sort=False)))
    (count,) = {len(rows) for rows in attacks.values()}
    drawn = rng.integers(count, size=(draws, count))
    found = [
        (attack, measure, one)
        for attack, rows in attacks.items()
        for measure, one in _estimates(rows, drawn)
    ]
    table = pd.DataFrame(
        [
            {"attack": attack, "group": "canaries", "mode": "none", "measure": measure, **one.ends}
            | {"positives": count, "negatives": 0, "resolved": True, "coarse": False}
            for attack, measure, one in found
        ]
    )
    return table, np.stack([one.draws for *_, one in found])


def _estimates(rows: pd.DataFrame, drawn: np.ndarray) -> Iterator[tuple[str, Estimate]]:
    """Each measure of the canaries under one attack."""
    found, bounds = rows["guesses"].to_numpy(), (1, rows["candidates"].iloc[0])
    bits = rows["exposure"].to_numpy()
    for measure, share in QUARTILES.items():
        again = np.quantile(found[drawn], share, axis=1)
        yield measure, Estimate(**quantile(found, share, bounds).ends, draws=again)
    mean = _mean_exposure(bits, float(np.log2(bounds[1])))
    yield "mean_exposure", Estimate(**mean.ends, draws=bits[drawn].mean(axis=1))
    for most in WITHIN:
        hit = found <= most
        ends = share_interval(int(np.count_nonzero(hit)), len(hit)).ends
        yield f"within_{most}", Estimate(**ends, draws=hit[drawn].mean(axis=1))


def _mean_exposure(bits: np.ndarray, most: float) -> Interval:
    """The mean over canaries, whose interval is between no bit and all.

    Where all of a few have as many bits, so has the share of canaries that Clopper and Pearson
    grant, and the others may have any.
    """
    mean = mean_of(bits)
    if stands_still(mean):
        share = share_interval(len(bits), len(bits)).low
        low, high = share * mean.value, share * mean.value + (1 - share) * most
        return Interval(mean.value, low, high)
    # Of one canary the ends are no numbers.
    return Interval(mean.value, float(np.fmax(mean.low, 0)), float(np.fmin(mean.high, most)))
