"""Training recipes as data."""

import math
from collections.abc import Sequence
from typing import Annotated, Literal

from truthserum.options import Amount, Count, NonNegative, OneOf, PartialShare, Positive, options

Precision = Literal["auto", "bfloat16", "float32"]


# The share of the peak learning rate as a function of the share of training done, in [0, 1).
SCHEDULES = {
    # mi_lira_2021/train.py: warm-up over 1 %, a cosine that ends at 0.195
    "official": lambda done: math.cos(7 * math.pi / 16 * done) * min(100 * done, 1),
    # up over the first 15 %, then straight down to zero
    "triangle": lambda done: min(done / 0.15, (1 - done) / 0.85),
    "constant": lambda done: 1.0,
}
Schedule = Annotated[str, OneOf(SCHEDULES)]


@options
class Augmentation:
    """Random changes of each training image."""

    flip: bool = False
    """Mirror left-right with probability 1/2."""
    crop: Amount = 0
    """Pad by this many reflected pixels, then crop at random to the original size
    (mi_lira_2021/train.py: 4)."""


@options
class Recipe:
    """How a model is trained: SGD on the mean cross-entropy of batches.

    The rows are reshuffled each time all have been used and batches are always full, so that an
    epoch is ceil(rows / batch) steps (mi_lira_2021/train.py).
    """

    epochs: Positive
    """Passes over the training set."""
    batch: Count
    """Rows per step."""
    lr: Positive
    """Peak learning rate."""
    schedule: Schedule = "triangle"
    """How the share of the peak rate changes during training."""
    momentum: PartialShare = 0.9
    """Momentum of SGD."""
    nesterov: bool = False
    """Whether momentum takes Nesterov's form."""
    weight_decay: NonNegative = 5e-4
    """Decay of kernels; biases and normalisation do not decay."""
    augmentation: Augmentation = Augmentation()
    """Random changes of each training image."""

    def __post_init__(self) -> None:
        if self.nesterov and not self.momentum:
            raise ValueError("nesterov: found true, allowed is false where momentum is 0")

    def check(self, rows: int, sides: Sequence[int] = ()) -> None:
        """Refuse what training sets of so many rows, or images of these sides, are too small for.

        With a ValueError that begins with the key; of a table there are no sides.
        """
        crop = self.augmentation.crop
        if self.batch > rows:
            raise ValueError(
                f"recipe.batch: found {self.batch}, allowed are up to the {rows} rows that a model "
                "trains on"
            )
        if sides and crop >= min(sides):
            raise ValueError(
                f"recipe.augmentation.crop: found {crop}, allowed are up to {min(sides) - 1} for "
                f"images of {' x '.join(map(str, sides))}"
            )

    def steps(self, rows: int) -> int:
        """Optimiser steps for a training set of `rows` rows."""
        return max(1, round(self.epochs * -(-rows // self.batch)))

    def rate(self, step: int, steps: int) -> float:
        """The learning rate of step `step` of `steps`."""
        return self.lr * SCHEDULES[self.schedule](step / steps)
