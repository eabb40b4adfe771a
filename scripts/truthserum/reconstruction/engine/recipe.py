"""The training recipes that an informed adversary meets, as data (arXiv 2201.04845)."""

import math
from dataclasses import dataclass

OPTIMISERS = ("adam", "sgd")
ORDERS = ("known", "unknown")
INITIALISATIONS = ("own", "shared")


@dataclass(frozen=True)
class Privacy:
    """Differentially private descent: the gradient of each record is clipped to norm `clip`.

    noise: deviation of the Gaussian noise on the sum of the clipped gradients, over `clip`; 0 for
    clipping alone, which protects nobody and serves as a control.

    Raises ValueError for an option that is out of range.
    """

    clip: float
    noise: float

    def __post_init__(self):
        if not 0 < self.clip < math.inf:
            raise ValueError(f"privacy: clip is {self.clip}, allowed is more than 0")
        if not 0 <= self.noise < math.inf:
            raise ValueError(f"privacy: noise is {self.noise}, allowed is 0 or more")


def calibrated_privacy(clip, epsilon, steps, delta=1e-5):
    """The least noise that keeps (epsilon, delta)-DP over `steps` full batches, add or remove one.

    Raises ValueError for an option that is out of range.
    """
    # the accountants take a second to import, which every other recipe is spared
    from truthserum.privacy.accounting import noise_for

    return Privacy(clip, noise_for(epsilon, delta, steps, rate=1.0))


def check_model(name, privacy):
    """Refuse privacy, if it is not None, for a model other than the plug-in `mlp` (ValueError)."""
    if privacy is not None and name != "mlp":
        raise ValueError(
            f"recipe: privacy is given for the model {name!r}, allowed is mlp: only the gradients "
            "of dense layers are clipped"
        )


@dataclass(frozen=True)
class InformedRecipe:
    """How each model is trained on the fixed set and its private record, by the mean loss.

    The defaults are the official notebook's (informed_adversary_mnist_reconstruction.ipynb).
    steps: optimiser steps. momentum: of "sgd", or the first decay rate of "adam". batch: rows a
    step, or None for all. order: the shuffles of all models are the same ("known" to the adversary)
    or each model has its own. initialisation: one for all models or each its "own". privacy: clips
    and adds noise, in full batches only.

    Raises ValueError for an option that is out of range.
    """

    steps: int = 100
    lr: float = 0.1
    momentum: float = 0.9
    optimiser: str = "sgd"
    batch: int | None = None
    order: str = "known"
    initialisation: str = "shared"
    privacy: Privacy | None = None

    def __post_init__(self):
        if not isinstance(self.steps, int) or self.steps < 1:
            raise ValueError(f"recipe: steps is {self.steps}, allowed is a whole number from 1")
        if not self.lr > 0:
            raise ValueError(f"recipe: lr is {self.lr}, allowed is more than 0")
        if not 0 <= self.momentum < 1:
            raise ValueError(f"recipe: momentum is {self.momentum}, allowed is 0 up to below 1")
        for key, allowed in (
            ("optimiser", OPTIMISERS),
            ("order", ORDERS),
            ("initialisation", INITIALISATIONS),
        ):
            if getattr(self, key) not in allowed:
                raise ValueError(
                    f"recipe: {key} is {getattr(self, key)!r}, allowed are {', '.join(allowed)}"
                )
        if self.batch is not None and (not isinstance(self.batch, int) or self.batch < 1):
            raise ValueError(
                f"recipe: batch is {self.batch}, allowed is a whole number from 1, or none for all"
            )
        if self.batch and self.privacy:
            raise ValueError(f"recipe: batch is {self.batch}, allowed is none with privacy")

    @classmethod
    def of(cls, privacy=None, **options):
        """The recipe with its privacy as a mapping: clip and noise, or clip, epsilon and delta.

        Raises TypeError for options that it does not take.
        """
        if privacy and "epsilon" in privacy:
            privacy = calibrated_privacy(**privacy, steps=options.get("steps", cls.steps))
        elif privacy:
            privacy = Privacy(**privacy)
        return cls(**options, privacy=privacy)

    @property
    def in_step(self):
        """Whether all models start alike and see the whole fixed set, without noise, in a step."""
        return self.initialisation == "shared" and self.batch is None and self.privacy is None

    def rows(self, fixed):
        """Rows a step for `fixed` fixed records and one private one."""
        return fixed + 1 if self.batch is None else self.batch
