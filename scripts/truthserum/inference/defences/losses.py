"""Nothing that the model finds too hard."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from truthserum.inference.defences.base import Filter
from truthserum.options import Share, Written, options

if TYPE_CHECKING:
    from truthserum.training.lockstep import Fit

OBSERVED = 1000  # rows asked about at once


@options
class Losses(Filter):
    """Train for a while, drop the rows with the highest loss, and train again from the start.

    A target is among what it drops: its poisons outvote it, the more so the longer the first
    training is. That protects it by training without it.
    """

    share: Share = 0.1
    """The share of a model's rows that are dropped."""
    first: Annotated[float, Field(gt=0, le=1), Written] = 0.2
    """Epochs of the first training, as a share of the recipe's: a network that has not fitted
    everything yet finds wrong labels hard."""

    def kept(self, fit: "Fit", advance: Callable[[int], None]) -> np.ndarray:
        """See `Filter`. The log counts the steps of the second training only."""
        from truthserum.training.lockstep import plain, train
        from truthserum.training.observe import ask, modes

        recipe = fit.task.recipe
        shorter = replace(recipe, epochs=self.first * recipe.epochs)
        task = replace(fit.task, recipe=shorter)
        brief = replace(fit, task=task, midway=fit.midway.beside("first"))
        net = train(brief, plain)
        mode = modes(net)[-1]
        # The logit-scaled confidence falls as the loss rises.
        confidence = ask(net, fit.batches, fit.labels, ["identity"], mode, OBSERVED)[0][..., 0]
        own = np.take_along_axis(confidence, fit.rows, axis=1)
        hardest = np.argsort(own, axis=1, kind="stable")[:, : round(self.share * fit.rows.shape[1])]
        kept = np.ones(fit.rows.shape, bool)
        np.put_along_axis(kept, hardest, False, axis=1)
        return kept
