"""What a defence left out of the training sets, by the role that the rows play in the game."""

import numpy as np

from truthserum.inference.games.base import Design

ROLES = ("targets", "poisons", "others")


def dropped_shares(
    design: Design, size: int, rows: np.ndarray, kept: np.ndarray
) -> dict[str, list[float | None]]:
    """The share of each role's rows in a training set that was dropped: {role: K shares}.

    design: an `inference.games.base.Design` for data of `size` rows. rows: int64 [K, n], the
    training sets; kept: bool [K, n]. A share is None where a training set has no such row.
    """
    role = np.full(size + len(design.extra_y), ROLES.index("others"))
    role[size:] = ROLES.index("poisons")
    role[design.asked] = ROLES.index("others")  # a record, though it may have come as an extra row
    role[design.asked[design.attacked]] = ROLES.index("targets")
    return {
        name: [
            float(1 - keep[own].mean()) if own.any() else None
            for own, keep in zip(role[rows] == number, kept, strict=True)
        ]
        for number, name in enumerate(ROLES)
    }
