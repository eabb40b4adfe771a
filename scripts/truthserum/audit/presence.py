"""The game of an audit: was this record in the training set? Fair coins decide, pair by pair.

For each pair of models the units are paired anew, within their class, and a coin decides which of
two goes to model 2k; the other goes to model 2k + 1. So each model has half of every class, models
2k and 2k + 1 are complementary, and the coins are independent, which exact halves drawn as a whole
are not. The coins of pair k depend on (seed, k) alone: more models leave those there are alone.

A unit is what is in or out together: rows that are equal, since a twin that is in hides a record
that is out, and the rows of one subject. N rows, U units.
"""

from dataclasses import dataclass

import numpy as np

from truthserum.seeds import Purpose, stream


@dataclass(frozen=True)
class Coins:
    """The coins of K pairs of models.

    member: bool [2 K, N], which rows a model is given. first, second: int64 [K, C], the two units
    of a coin; second is -1 for a coin of one unit alone, which is the last. coin: bool [K, C],
    whether the first one went to model 2k.
    """

    member: np.ndarray
    first: np.ndarray
    second: np.ndarray
    coin: np.ndarray

    @property
    def units(self) -> int:
        """How many units there are."""
        return 1 + int(max(self.first.max(), self.second.max()))

    def apart(self, values: np.ndarray, pairs: np.ndarray, nobody: float) -> np.ndarray:
        """By how much the first unit of each coin is above the second, float64 [K', C].

        values: [K', U], in these pairs [K']; nobody: that of no unit, beside a unit that is alone.
        """
        padded = np.column_stack([values, np.full(len(values), nobody)])  # the last, for -1
        row = np.arange(len(values))[:, None]
        return padded[row, self.first[pairs]] - padded[row, self.second[pairs]]


@dataclass(frozen=True)
class Presence:
    """Who may be in or out: the unit and the class of each row, int64 [N], and who is asked about.

    asked: bool [N], of whole units. Asked units are paired with each other, as far as they go.
    """

    unit: np.ndarray
    label: np.ndarray
    asked: np.ndarray

    def coins(self, seed: int, pairs: range) -> Coins:
        """The coins of these pairs of models."""
        drawn = [self._pair(stream(seed, Purpose.SECRETS, k)) for k in pairs]
        member, first, second, coin = map(np.array, zip(*drawn, strict=True))
        return Coins(member.reshape(-1, len(self.unit)), first, second, coin)

    def _pair(self, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
        _, at, size = np.unique(self.unit, return_index=True, return_counts=True)
        order = rng.permutation(len(at))
        # Alike in size, so that halves are; asked ones first, and class by class.
        order = order[np.lexsort((size[order], self.label[at][order], ~self.asked[at][order]))]
        stratum = 2 * self.label[at][order] + ~self.asked[at][order]
        _, start, count = np.unique(stratum, return_index=True, return_counts=True)
        lone = np.sort((start + count - 1)[count % 2 == 1])  # the last of an odd number
        order = np.concatenate([np.delete(order, lone), order[lone]])
        if len(order) % 2:
            order = np.append(order, -1)
        first, second = order.reshape(-1, 2).T
        coin = rng.random(len(first)) < 0.5
        held = np.zeros(len(at) + 1, bool)  # the last, for -1, is nobody
        held[first], held[second] = coin, ~coin
        inside = held[:-1][self.unit]
        return np.stack([inside, ~inside]), first, second, coin
