"""Nothing that the model finds too hard."""

from dataclasses import dataclass, replace

import numpy as np

from truthserum.inference.defences.base import Filter

OBSERVED = 1000  # rows asked about at once


@dataclass(frozen=True)
class Losses(Filter):
    """Trains for a while, drops the rows with the highest loss, and trains again from the start.

    A target is among what it drops: its poisons outvote it, the more so the longer the first
    training is. That protects it by training without it.

    share: how many of a model's rows are dropped. first: epochs of the first training, as a share
    of the recipe's; a network that has not fitted everything yet finds wrong labels hard.

    Raises ValueError for a share out of range.
    """

    share: float = 0.1
    first: float = 0.2

    def __post_init__(self):
        if not 0 < self.share < 1:
            raise ValueError(f"losses: share is {self.share}, allowed is above 0 and below 1")
        if not 0 < self.first <= 1:
            raise ValueError(f"losses: first is {self.first}, allowed is above 0 up to 1")

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
