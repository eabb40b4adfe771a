"""How much of a training set the adversary wrote."""

import numpy as np

from truthserum.inference.games.base import Design


def poison_rows(design: Design, size: int) -> np.ndarray:
    """The extra rows that are poisons, int64 [E'], for data of `size` rows.

    What is asked about is a record, though it may have come as an extra row (see `Design`).
    """
    return np.setdiff1d(size + np.arange(len(design.extra_y)), design.asked)


def poison_shares(design: Design, size: int, trained: np.ndarray) -> dict[str, np.ndarray]:
    """How much of each training set is poison, by name, [K] each.

    trained: bool [K, N + E], which rows each model is given, for a `Design` of data of N = `size`
    rows. rows: int64, how many; what a defence drops of them counts, too, as the adversary has paid
    for it. poison_share: of these rows, the share of all poisons. target_share: the share of the
    poisons aimed at one target (at that with the most), as we read "less than 0.1 % of the training
    dataset" in the abstract of arXiv 2204.00032; 0 where none is aimed at a target.
    """
    rows = trained.sum(axis=1)
    poisons = poison_rows(design, size)
    aimed = design.extra_of[poisons - size]
    own = trained[:, poisons]
    most = [np.bincount(aimed[used & (aimed >= 0)], minlength=1).max() for used in own]
    return {"rows": rows, "poison_share": own.sum(axis=1) / rows, "target_share": most / rows}
