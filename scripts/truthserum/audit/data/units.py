"""Who is in or out together, and who is asked about. N rows."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from truthserum.seeds import Purpose, stream
from truthserum.storage.files import DataError

FEWEST = 20  # units


def check_units(unit: np.ndarray, where: str) -> None:
    """DataError for rows of fewer units than can be audited."""
    if (units := len(np.unique(unit))) < FEWEST:
        raise DataError(
            f"{where}: found {units} records that are in or out by themselves, allowed are at "
            f"least {FEWEST} (equal rows, and those of one subject, are in or out together)"
        )


def units_of(*labels: np.ndarray) -> np.ndarray:
    """Numbers of units, int64 [N]: rows with an equal label of any kind are in one.

    labels: int [N] each, such as those of contents and of subjects.
    """
    rows = len(labels[0])
    # A graph of rows and labels, in which each row is joined to its labels.
    starts = rows + np.cumsum([0, *(of.max(initial=-1) + 1 for of in labels)])
    ends = np.concatenate([start + of for start, of in zip(starts, labels, strict=False)])
    rows_again = np.tile(np.arange(rows), len(labels))
    edges = coo_array((np.ones(len(ends)), (rows_again, ends)), (starts[-1], starts[-1]))
    found = connected_components(edges, directed=False)[1][:rows]
    return np.unique(found, return_inverse=True)[1]


def draw_asked(unit: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Which rows are asked about, bool [N]: those of units drawn until there are `most` rows.

    No rows of units that have more by themselves. DataError if every unit has.
    """
    size = np.bincount(unit)
    if size.min() > most:
        raise DataError(
            f"asked: found {most}, allowed are at least {size.min()}, one whose rows "
            "are in or out together"
        )
    order = stream(seed, Purpose.TARGETS).permutation(len(size))
    order = order[size[order] <= most]
    taken = order[np.cumsum(size[order]) <= most]
    return np.isin(unit, taken)
