"""Tables of reconstructed records. docs/tables.md describes their columns."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from truthserum.statistics.intervals import share_interval
from truthserum.statistics.ranks import ranked

# Where the residual is larger, float64 must recover all but the last few digits.
RESOLVABLE = 1e-3


def metrics(judged: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Measures of each group of rows of errors, with the columns that the ledger looks for.

    judged: a row for each reconstruction, with the columns of `closed_form.errors.errors`.
    recovered, label_correct: shares with exact 95 % intervals. worst_resolvable_error: the largest
    error where the residual exceeds `RESOLVABLE`, which is no estimate and has no interval.
    """
    rows = []
    for place, group in judged.groupby(by, sort=False):
        where = dict(zip(by, place, strict=True))
        for measure in ("recovered", "label_correct"):
            hits, count = int(group[measure].sum()), len(group)
            low, high = share_interval(hits, count)
            rows.append((where, measure, hits / count, low, high, count, True))
        resolvable = group.loc[group["residual"] > RESOLVABLE, "max_error"]
        worst = [resolvable.max()] * 3
        rows.append((where, "worst_resolvable_error", *worst, len(resolvable), len(resolvable) > 0))
    columns = ["measure", "value", "low", "high", "positives", "resolved"]
    return pd.DataFrame(
        [where | dict(zip(columns, rest, strict=True)) for where, *rest in rows]
    ).assign(negatives=0, coarse=False)


def images(
    found: Mapping[str, np.ndarray],
    judged: Mapping[str, pd.DataFrame],
    x: np.ndarray,
    shape: tuple[int, int],
) -> pd.DataFrame:
    """Pixels of the best, median and worst reconstruction, ranked at the first of the settings.

    found, judged: by setting, T reconstructed images [T, p] and their errors. x: the truth [T, p].
    shape: rows and columns of an image. A row for each rank, setting and pixel.
    """
    first, *_ = judged.values()
    row, column = np.indices(shape).reshape(2, -1)
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "rank": rank,
                    "published": setting,
                    "row": row,
                    "column": column,
                    "original": x[target],
                    "reconstruction": found[setting][target],
                }
            ).assign(**judged[setting].loc[target, ["residual", "max_error"]])
            for rank, target in ranked(first["mse"].to_numpy()).items()
            for setting in found
        ],
        ignore_index=True,
    )
