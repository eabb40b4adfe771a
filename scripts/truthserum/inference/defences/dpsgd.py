"""Differential privacy."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from truthserum.options import Positive, Share, options
from truthserum.privacy.numeric import LEAST_DELTA
from truthserum.training.recipe import Augmentation, Recipe

if TYPE_CHECKING:
    from truthserum.models.layers import Stack
    from truthserum.privacy.guarantees import ApproximateDP
    from truthserum.training.lockstep import Fit


MOST_SAMPLED = 1000  # for which the accountant takes minutes and 4 GB, and more beyond


@options
class DpSgd:
    """DP-SGD, for networks of dense layers, with the noise that (epsilon, delta) ask for.

    Epsilon is the tight one, from privacy loss distributions (`tight_epsilon` of the accounting).
    Neighbouring training sets differ in one row, added or removed; the size of the set is public,
    and so is the scale of its features. So the bound is on what a model tells of any one row, the
    target among them, whoever wrote the others: the adversary's copies are part of the "worst
    case", and r of them weaken nothing. It is no bound on a person who contributed several rows;
    in the games each record plays once. Where one row takes the place of another, two are changed,
    and the definition applied twice gives (2 epsilon, (1 + e^epsilon) delta): so it is with a
    target, which leaves its place in a half of the pool to another point, and with an attribute's
    candidate of one value for that of another. Only this run counts: choosing the recipe by looking
    at the data is not paid for.
    """

    epsilon: Positive
    """Epsilon of (epsilon, delta)-differential privacy, for one row added or removed."""
    delta: Share = 1e-5
    """Delta of the same; it should be below one in the number of records."""
    clip: Positive = 1.0
    """Norm to which the gradient of each example is clipped. As the noise is in proportion to it,
    it acts as a factor on the learning rate."""

    def check(self, model: str, recipe: Recipe, size: int) -> None:
        """See `Defence`: dense layers, no augmentation, the rest as `size` rows allow."""
        if model != "mlp":
            raise ValueError(f"dpsgd: the model is {model}, allowed is mlp (dense layers only)")
        if recipe.augmentation != Augmentation():
            raise ValueError(f"dpsgd: found {recipe.augmentation}, allowed is no augmentation")
        self._check_size(recipe.batch, size)

    def _check_size(self, batch: int, size: int) -> None:
        if batch > size:
            raise ValueError(
                f"dpsgd: batch is {batch}, allowed are at most the {size} rows of a model"
            )
        if batch < size and self.epsilon > MOST_SAMPLED:
            raise ValueError(
                f"dpsgd: epsilon is {self.epsilon:g}, allowed is at most {MOST_SAMPLED} where a "
                f"batch ({batch}) is a part of the {size} rows of a model"
            )
        if batch < size and self.delta < LEAST_DELTA:
            raise ValueError(
                f"dpsgd: delta is {self.delta:g}, allowed is at least {LEAST_DELTA:g} where a "
                f"batch ({batch}) is a part of the {size} rows of a model"
            )
        if self.delta * size >= 1:
            raise ValueError(f"dpsgd: delta is {self.delta}, allowed is below 1 / {size} rows")

    def train(self, fit: "Fit", advance: Callable[[int], None]) -> "tuple[Stack, np.ndarray]":
        """See `Defence`; nothing is dropped."""
        from truthserum.inference.defences.private import noisy
        from truthserum.training.lockstep import train

        recipe, size = fit.task.recipe, fit.rows.shape[1]
        self._check_size(recipe.batch, size)  # known by now, though some rows were equal
        gradients = partial(noisy, self.clip, self.noise(recipe, size))
        net = train(fit, gradients, advance)
        return net, np.ones(fit.rows.shape, bool)

    def noise(self, recipe: Recipe, size: int) -> float:
        """The noise multiplier of training on `size` rows."""
        from truthserum.privacy.accounting import noise_for

        return noise_for(self.epsilon, self.delta, recipe.steps(size), recipe.batch / size)

    def guarantee(self, recipe: Recipe, size: int) -> "ApproximateDP":
        """See `Defence`: by the tight accountant, for the noise that `epsilon` asks for.

        Above that epsilon, which is of one row added or removed.
        """
        from truthserum.privacy.accounting import tight_epsilon
        from truthserum.privacy.dpsgd import DPSGD, Adjacency
        from truthserum.privacy.guarantees import ApproximateDP

        steps, rate = recipe.steps(size), recipe.batch / size
        mechanism = DPSGD(self.noise(recipe, size), steps, rate, Adjacency.REPLACE_ONE)
        return ApproximateDP(tight_epsilon(mechanism, self.delta), self.delta)
