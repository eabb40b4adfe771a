"""Training recipes as data."""

import math
from dataclasses import dataclass, field

from truthserum.registry import configured


def _official(progress):
    return math.cos(7 * math.pi / 16 * progress) * min(100 * progress, 1)


def _triangle(progress):
    return min(progress / 0.15, (1 - progress) / 0.85)


# The share of the peak learning rate as a function of the share of training done, in [0, 1).
SCHEDULES = {
    "official": _official,  # mi_lira_2021/train.py: warm-up over 1 %, a cosine that ends at 0.195
    "triangle": _triangle,  # up over the first 15 %, then straight down to zero
    "constant": lambda progress: 1.0,
}


@dataclass(frozen=True)
class Augmentation:
    """Random changes of each training image.

    flip: mirror left-right with probability 1/2. crop: reflect-pad by so many pixels, then a random
    crop of the original size (mi_lira_2021/train.py: 4).

    Raises ValueError for a negative crop.
    """

    flip: bool = False
    crop: int = 0

    def __post_init__(self):
        if self.crop < 0:
            raise ValueError(f"augmentation: crop is {self.crop}, allowed is 0 or more pixels")


@dataclass(frozen=True)
class Recipe:
    """How one model is trained: SGD on the mean cross-entropy of batches of `batch` rows.

    The rows are reshuffled each time all have been used and batches are always full, so that an
    epoch is ceil(rows / batch) steps (mi_lira_2021/train.py). `weight_decay` is for kernels only,
    not for biases and normalisation.

    Raises ValueError for an option that is out of range.
    """

    epochs: float
    batch: int
    lr: float
    schedule: str = "triangle"
    momentum: float = 0.9
    nesterov: bool = False
    weight_decay: float = 5e-4
    augmentation: Augmentation = field(default_factory=Augmentation)

    def __post_init__(self):
        for key in ("epochs", "lr"):
            if not getattr(self, key) > 0:
                raise ValueError(f"recipe: {key} is {getattr(self, key)}, allowed is more than 0")
        if not isinstance(self.batch, int) or self.batch < 1:
            raise ValueError(f"recipe: batch is {self.batch}, allowed is a whole number from 1")
        if not 0 <= self.momentum < 1:
            raise ValueError(f"recipe: momentum is {self.momentum}, allowed is 0 up to below 1")
        if self.nesterov and not self.momentum:
            raise ValueError("recipe: nesterov is true, allowed is false where momentum is 0")
        if self.weight_decay < 0:
            raise ValueError(f"recipe: weight_decay is {self.weight_decay}, allowed is 0 or more")
        if self.schedule not in SCHEDULES:
            raise ValueError(
                f"recipe: schedule is {self.schedule!r}, allowed are {sorted(SCHEDULES)}"
            )

    def steps(self, rows):
        """Optimiser steps for a training set of `rows` rows."""
        return max(1, round(self.epochs * -(-rows // self.batch)))

    def rate(self, step, steps):
        """The learning rate of step `step` of `steps`."""
        return self.lr * SCHEDULES[self.schedule](step / steps)


def recipe_of(settings):
    """The recipe of a settings object; ValueError for options that it does not take."""
    augmentation = configured("augmentation", Augmentation, settings.get("augmentation", {}))
    return configured("recipe", Recipe, {**settings, "augmentation": augmentation})
