"""Nothing that the model finds too hard."""

from dataclasses import replace
from typing import Annotated

import numpy as np
from pydantic import Field

from truthserum.inference.defences.base import Filter
from truthserum.options import Share, Written, options

OBSERVED = 1000  # rows asked about at once


@options
class Losses(Filter):
    """Train for a while, drop the rows with the highest loss, and train again from the start.

    A target is among what it drops: its poisons outvote it, the more so the longer the first
    training is. That protects it by training without it.
    """

    share: Share = 0.1
    """The share of a model's rows that is dropped."""
    first: Annotated[float, Field(gt=0, le=1), Written] = 0.2
    """Epochs of the first training, as a share of the recipe's; a network that has not fitted
    everything yet finds wrong labels hard."""

    def kept(self, task, batches, labels, rows, models, advance):
        """See `Filter`. The log counts the steps of the second training only."""
        from truthserum.training.lockstep import plain, train
        from truthserum.training.observe import ask, modes

        shorter = replace(task.recipe, epochs=self.first * task.recipe.epochs)
        brief = replace(task, recipe=shorter)
        net = train(brief, batches, labels, rows, models, plain, lambda images: None)
        mode = modes(net)[-1]
        # The logit-scaled confidence falls as the loss rises.
        confidence = ask(net, batches, labels, ["identity"], mode, OBSERVED)[0][..., 0]
        own = np.take_along_axis(confidence, rows, axis=1)
        hardest = np.argsort(own, axis=1, kind="stable")[:, : round(self.share * rows.shape[1])]
        kept = np.ones(rows.shape, bool)
        np.put_along_axis(kept, hardest, False, axis=1)
        return kept
