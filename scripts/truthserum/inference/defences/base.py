"""What the training stage asks of a defence, and the owner who has none.

Defences load torch only when they train: a config that names them is checked without.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np

from truthserum.options import options

if TYPE_CHECKING:
    from truthserum.models.layers import Stack
    from truthserum.privacy.guarantees import ApproximateDP
    from truthserum.training.lockstep import Fit
    from truthserum.training.recipe import Recipe


class Defence(Protocol):
    """A defence is a frozen dataclass of its options with these three methods."""

    def check(self, model: str, recipe: "Recipe", size: int) -> None:
        """Refuse what it cannot protect, with a ValueError.

        model: name of the architecture. recipe: a `Recipe`. size: rows that each model trains on,
        or fewer where records are equal.
        """

    def train(self, fit: "Fit", advance: Callable[[int], None]) -> "tuple[Stack, np.ndarray]":
        """What `lockstep.train` does with gradients of this defence.

        Returns the stack, and which of the rows it was trained on in the end: bool [K, n].
        """

    def guarantee(self, recipe: "Recipe", size: int) -> "ApproximateDP | None":
        """What is promised of training on `size` rows when one is replaced, or None if nothing.

        An `ApproximateDP` of `truthserum.privacy.guarantees`.
        """


class Filter(ABC):
    """A defence that chooses rows and trains on them as anybody else would."""

    def check(self, model: str, recipe: "Recipe", size: int) -> None:
        """Every network and recipe will do."""

    def guarantee(self, recipe: "Recipe", size: int) -> None:
        """Nothing is promised."""

    @abstractmethod
    def kept(self, fit: "Fit", advance: Callable[[int], None]) -> np.ndarray:
        """Which of the rows [K, n] to train on: bool [K, n]."""

    def train(self, fit: "Fit", advance: Callable[[int], None]) -> "tuple[Stack, np.ndarray]":
        """See `Defence`."""
        from truthserum.training.lockstep import filtered, train

        kept = self.kept(fit, advance)
        return train(fit, partial(filtered, kept), advance), kept


@options
class Undefended(Filter):
    """Train on everything."""

    def kept(self, fit: "Fit", advance: Callable[[int], None]) -> np.ndarray:
        """All rows."""
        return np.ones(fit.rows.shape, bool)
