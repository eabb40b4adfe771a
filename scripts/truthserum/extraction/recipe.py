"""How a language model is trained, as data."""

from truthserum.options import Count, NonNegative, Positive, options


@options
class Recipe:
    """AdamW on the mean cross-entropy of the next token, its rate falling linearly to zero."""

    epochs: NonNegative
    """Passes over the windows; 0 leaves the weights as they are."""
    batch: Count
    """Windows in a batch."""
    lr: Positive
    """Learning rate at the start."""
    clip: Positive = 1.0
    """Largest norm of a gradient."""
    weight_decay: NonNegative = 0.01
    """Decay of matrices; vectors do not decay."""

    def steps(self, windows: int) -> int:
        """Optimiser steps for so many windows; batches are always full."""
        return round(self.epochs * -(-windows // self.batch))

    def rate(self, step: int, steps: int) -> float:
        """The learning rate of step `step` of `steps`."""
        return self.lr * (1 - step / steps)
