"""What the trainers of our models are given. M models of a shard, N records of the user."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from truthserum.audit.poison import Poison


@dataclass(frozen=True)
class Shard:
    """Models that are to be trained: which, from which seed, who is in, and what is added to each.

    member: bool [M, N].
    """

    models: range
    seed: int
    member: np.ndarray
    added: Poison

    @property
    def rows(self) -> Sequence[np.ndarray]:
        """The rows that each model trains on, those of the poison behind all records."""
        size, poisons = self.member.shape[1], len(self.added.rows)
        poisoned = size + np.arange(poisons)
        return [np.concatenate([np.flatnonzero(held), poisoned]) for held in self.member]

    def with_poison(self, x: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Records [N, ...] and their labels, and behind them those of the poison."""
        copies, lies = x[self.added.rows], labels[self.added.labels]
        return np.concatenate([x, copies]), np.concatenate([labels, lies])


@dataclass(frozen=True)
class Asked:
    """Records that models are asked about: x [Q, ...] and classes int64 [Q]."""

    x: np.ndarray
    label: np.ndarray


# (probability of the true class float64 [M, Q], whether the top class is right bool [M, Q])
Answered = tuple[np.ndarray, np.ndarray]
