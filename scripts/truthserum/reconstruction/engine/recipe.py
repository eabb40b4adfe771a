"""The training recipes that an informed adversary meets, as data (arXiv 2201.04845)."""

from dataclasses import replace
from typing import Literal, Self

from truthserum.options import Count, Maybe, NonNegative, PartialShare, Positive, Share, options

DELTA = 1e-5  # where none is named


@options
class Privacy:
    """Differentially private descent: clip the gradient of each record and add noise."""

    clip: Positive
    """Norm to which the gradient of each record is clipped."""
    noise: Maybe[NonNegative] = None
    """Deviation of Gaussian noise on the sum of the clipped gradients, over the clip norm; 0 for
    clipping alone, which protects nobody and serves as a control."""
    epsilon: Maybe[Positive] = None
    """Epsilon of (epsilon, delta)-differential privacy, given instead of the noise."""
    delta: Maybe[Share] = None
    """Delta of the same; 1e-5 if it is not given, or null."""

    def __post_init__(self) -> None:
        if (self.noise is None) == (self.epsilon is None):
            raise ValueError(
                f"noise: found {self.noise} with epsilon {self.epsilon}, allowed is one of epsilon "
                "and noise"
            )
        if self.delta is not None and self.noise is not None:
            raise ValueError("delta: found delta with noise, allowed is delta with epsilon")

    @property
    def allowed(self) -> float:
        """The delta that is kept, or that epsilon is told at where the noise is given."""
        return DELTA if self.delta is None else self.delta

    def calibrated(self, steps: int) -> Self:
        """The least noise that keeps (epsilon, delta)-DP over so many full batches.

        Neighbours differ in one record, added or removed. Where the noise is given that is it.
        """
        if self.noise is not None:
            return self
        # the accountants take a second to import, which every other recipe is spared
        from truthserum.privacy.accounting import noise_for

        noise = noise_for(self.epsilon, self.allowed, steps, rate=1.0)
        return type(self)(self.clip, noise)


def check_model(name: str, privacy: Privacy | None) -> None:
    """Refuse privacy, if it is not None, for a model other than the plug-in `mlp` (ValueError)."""
    if privacy is not None and name != "mlp":
        raise ValueError(
            f"recipe: privacy is given for the model {name!r}, allowed is mlp: only the gradients "
            "of dense layers are clipped"
        )


@options
class InformedRecipe:
    """How each model is trained on the fixed set and its private record, by the mean loss.

    The defaults are the official notebook's (informed_adversary_mnist_reconstruction.ipynb).
    """

    steps: Count = 100
    """Optimiser steps."""
    lr: Positive = 0.1
    """Learning rate."""
    momentum: PartialShare = 0.9
    """Momentum of sgd, or the first decay rate of adam."""
    optimiser: Literal["sgd", "adam"] = "sgd"
    """The optimiser."""
    batch: Maybe[Count] = None
    """Rows per step; null for all."""
    order: Literal["known", "unknown"] = "known"
    """Whether all models shuffle alike, as the adversary then knows, or each in its own way."""
    initialisation: Literal["shared", "own"] = "shared"
    """Whether all models start from the same weights, or each from its own."""
    privacy: Maybe[Privacy] = None
    """Clip the gradient of each record and add noise (full batches only); null for neither."""

    def __post_init__(self) -> None:
        if self.batch and self.privacy:
            raise ValueError(f"batch: found {self.batch}, allowed is null with privacy")

    def calibrated(self) -> Self:
        """The recipe with the noise that its epsilon asks for, if it names one."""
        if self.privacy is None:
            return self
        return replace(self, privacy=self.privacy.calibrated(self.steps))

    @property
    def in_step(self) -> bool:
        """Whether all models start alike and see the whole fixed set, without noise, in a step."""
        return self.initialisation == "shared" and self.batch is None and self.privacy is None

    def rows(self, fixed: int) -> int:
        """Rows a step for `fixed` fixed records and one private one."""
        return fixed + 1 if self.batch is None else self.batch
