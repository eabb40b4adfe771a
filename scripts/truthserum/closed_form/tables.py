"""Tables of reconstructed records. docs/tables.md describes their columns."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from truthserum.statistics.intervals import share_interval
from truthserum.statistics.ranks import ranked

# Where the residual is larger, float64 must recover all but the last few digits.
RESOLVABLE = 1e-3
PLACE = ["attack", "group", "mode"]


def metrics(judged: pd.DataFrame) -> pd.DataFrame:
    """Measures of the rows of errors at each `PLACE`, with the columns that the ledger looks for.

    judged: a row for each reconstruction, with these and those of `closed_form.errors.errors`.
    recovered, label_correct: shares with exact 95 % intervals. worst_resolvable_error: the largest
    error where the residual exceeds `RESOLVABLE`, which is no estimate and has no interval.
    """
    rows = []
    for place, group in judged.groupby(PLACE, sort=False):
        for measure in ("recovered", "label_correct"):
            hits, count = int(group[measure].sum()), len(group)
            rows.append((*place, measure, *share_interval(hits, count), count, True))
        resolvable = group.loc[group["residual"] > RESOLVABLE, "max_error"]
        worst = [resolvable.max()] * 3
        count = len(resolvable)
        rows.append((*place, "worst_resolvable_error", *worst, count, count > 0))
    columns = [*PLACE, "measure", "value", "low", "high", "positives", "resolved"]
    return pd.DataFrame(rows, columns=columns).assign(negatives=0, coarse=False)


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
    place = dict(zip(("row", "column"), np.indices(shape).reshape(2, -1), strict=True))
    frames = []
    for rank, target in ranked(first["mse"].to_numpy()).items():
        for setting, images in found.items():
            rows = pd.DataFrame({"rank": rank, "published": setting, **place})
            errors = judged[setting].loc[target, ["residual", "max_error"]]
            seen = {"original": x[target], "reconstruction": images[target]}
            frames.append(rows.assign(**seen, **errors))
    return pd.concat(frames, ignore_index=True)
