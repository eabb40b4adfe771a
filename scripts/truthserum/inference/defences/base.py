"""What the training stage asks of a defence, and the owner who has none.

Defences load torch only when they train: a config that names them is checked without.
"""

from functools import partial
from typing import Protocol

import numpy as np

from truthserum.options import options


class Defence(Protocol):
    """A defence is a frozen dataclass of its options with these three methods."""

    def check(self, model, recipe, size) -> None:
        """Refuse what it cannot protect, with a ValueError.

        model: name of the architecture. recipe: a `Recipe`. size: rows that each model trains on,
        or fewer where records are equal.
        """

    def train(self, task, batches, labels, rows, models, advance) -> tuple:
        """What `lockstep.train` does with the same arguments and gradients of this defence.

        Returns the stack, and which of the rows it was trained on in the end: bool [K, n].
        """

    def guarantee(self, recipe, size):
        """What is promised of training on `size` rows when one is replaced, or None if nothing.

        An `ApproximateDP` of `truthserum.privacy.guarantees`.
        """


class Filter:
    """A defence that chooses rows and trains on them as anybody else would."""

    def check(self, model, recipe, size):
        """Every network and recipe will do."""

    def guarantee(self, recipe, size):
        """Nothing is promised."""

    def kept(self, task, batches, labels, rows, models, advance):
        """Which of the rows [K, n] to train on: bool [K, n]."""
        raise NotImplementedError

    def train(self, task, batches, labels, rows, models, advance):
        """See `Defence`."""
        from truthserum.training.lockstep import filtered, train

        kept = self.kept(task, batches, labels, rows, models, advance)
        own = partial(filtered, kept)
        return train(task, batches, labels, rows, models, own, advance), kept


@options
class Undefended(Filter):
    """Train on everything that came."""

    def kept(self, task, batches, labels, rows, models, advance):
        """All rows."""
        return np.ones(rows.shape, bool)
