"""The worst contributor: copies with another label of a few records, in every training set."""

from dataclasses import dataclass

import numpy as np

from truthserum.audit.data.counting import FEWEST
from truthserum.seeds import Purpose, stream
from truthserum.storage.files import DataError

MOST = 0.05  # of the records


@dataclass(frozen=True)
class Poison:
    """targets: rows of the records that are copied [T]; rows: of the copies [T r]; labels: the rows
    whose labels they claim [T r].
    """

    targets: np.ndarray
    rows: np.ndarray
    labels: np.ndarray


def check(copies: int, records: int) -> None:
    """DataError for more copies of a target than poison there may be among so many records."""
    if copies > (most := int(MOST * max(FEWEST, records))):
        raise DataError(
            f"poison: found {copies}, allowed are at most {most} copies of a target, "
            f"{100 * MOST:g} % of the records"
        )


def count(asked: int, records: int, targets: int, copies: int) -> int:
    """How many targets there are: no more copies than `MOST` of all records, but one target."""
    return max(1, min(targets, asked, int(MOST * records / copies)))


def draw(asked: np.ndarray, codes: np.ndarray, targets: int, copies: int, seed: int) -> Poison:
    """At most so many targets of those asked about [n], of classes codes [N], with r copies each.

    All copies of a target claim the label of one record, of another class where there is one.
    """
    rng = stream(seed, Purpose.POISONS)
    most = count(len(asked), len(codes), targets, copies)
    chosen = np.sort(rng.permutation(asked)[:most])
    liars = []
    for row in chosen:
        others = np.flatnonzero(codes != codes[row])
        if not len(others):
            others = np.delete(np.arange(len(codes)), row)
        liars.append(rng.choice(others))
    return Poison(chosen, np.repeat(chosen, copies), np.repeat(liars, copies))


def nobody() -> Poison:
    """No worst contributor."""
    none = np.zeros(0, np.int64)
    return Poison(none, none, none)
