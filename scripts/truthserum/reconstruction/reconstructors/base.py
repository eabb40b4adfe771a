"""What every reconstructor reads and returns.

An informed adversary (arXiv 2201.04845) knows all training records of a released model but one. It
trains shadow models, each with another record in that place, and learns the way back: from what it
sees of a model to the record.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from truthserum.reconstruction.reconstructors.features import Features, Map
from truthserum.seeds import Purpose, experiment_seed, stream
from truthserum.statistics.image_errors import pixel_errors
from truthserum.storage.kept import Place


@dataclass(frozen=True, eq=False)
class Pairs:
    """R models: views float32 [R, d], what the adversary sees of each, and the images that they
    were trained on, float32 [R, p] with pixels in [0, 1].

    shape: of an image before its pixels were put in a row, such as (channels, rows, columns); (p,)
    if it is not given.
    ValueError unless there is an image of that shape for each view, and at least one.
    """

    views: np.ndarray
    images: np.ndarray
    shape: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.views.ndim != 2 or self.images.ndim != 2 or len(self.views) != len(self.images):
            raise ValueError(
                f"images: found shape {self.images.shape} for views {self.views.shape}, "
                "allowed are two axes and one image a view"
            )
        if not len(self.views):
            raise ValueError("views: found none, allowed is at least one model")
        object.__setattr__(self, "shape", tuple(self.shape) or self.images.shape[1:])
        if math.prod(self.shape) != self.images.shape[1]:
            raise ValueError(
                f"shape: found {self.shape}, allowed are {self.images.shape[1]} pixels an image"
            )

    def first(self, count: int) -> "Pairs":
        """The first `count` models (views of memory)."""
        return Pairs(self.views[:count], self.images[:count], self.shape)


Predictor = Callable[[np.ndarray], np.ndarray]
"""A way back from models to records: views [R, d] -> images float32 [R, p], pixels in [0, 1]."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fitted reconstructor.

    loss: its mean MAE + MSE on the validation models (the loss of the paper's notebook).
    chosen: the options that had the least. closest: which shadow model's record it holds for the
    most likely one, views [R, d] -> int64 [R], if it is of the kind that weighs single records.
    ValueError if the loss is not a number: the fit diverged.
    """

    predict: Predictor
    loss: float
    chosen: Mapping[str, object]
    closest: Callable[[np.ndarray], np.ndarray] | None = None

    def __post_init__(self) -> None:
        if not np.isfinite(self.loss):
            raise ValueError(
                f"reconstructor: found the loss {self.loss} with {dict(self.chosen)}, allowed is a "
                "finite one (a network diverged: try a lower lr)"
            )


@dataclass(frozen=True, eq=False)
class Study:
    """What there is to fit a reconstructor: no released model among it.

    shadows: to learn from. validation: to choose options by. rng: for what is random in the fit.
    fitted: the reconstructors that were fitted before this one, by name. device: where networks
    are trained, a name of `truthserum.training.device.DEVICES`. noiseless: the shadow models once
    more, trained on the same records without the noise that the released ones were trained with,
    which an adversary who knows the algorithm switches off; where there is no noise, the shadow
    models themselves. reconstructors: all that are fitted to this study, by name. place: where
    networks are kept in training, if they are.
    ValueError if the shadow models without noise have other records.
    """

    shadows: Pairs
    validation: Pairs
    rng: np.random.Generator
    fitted: Mapping[str, Fitted]
    device: str = "auto"
    noiseless: Pairs | None = None
    reconstructors: Mapping[str, "Reconstructor"] = field(default_factory=dict)
    place: Place | None = None

    def __post_init__(self) -> None:
        if not np.array_equal(self.quiet.images, self.shadows.images):
            raise ValueError("noiseless: found other records than those of the shadow models")

    @property
    def quiet(self) -> Pairs:
        """The shadow models without noise, which they are themselves where there is none."""
        return self.noiseless or self.shadows

    def seen(self, features: Features) -> tuple[np.ndarray, Map]:
        """The features [S, e] of the models to learn from, and how to make those of others."""
        return features.fit(self.shadows.views, self.rng)

    def judge(self, predict: Predictor, **chosen: object) -> Fitted:
        """A reconstructor with its loss on the validation models."""
        found = predict(self.validation.views)
        return Fitted(predict, self.loss(found), chosen)

    def loss(self, found: np.ndarray) -> float:
        """Mean MAE + MSE of reconstructions [V, p] of the validation models' images."""
        return float(pixel_errors(found, self.validation.images)["mae_plus_mse"].mean())


class Reconstructor(Protocol):
    """Options of a reconstructor, such as the plug-ins of this package."""

    def fit(self, study: Study) -> Fitted:
        """Learn from the shadow models; every choice is made on the validation models."""


def best(tried: Iterable[Fitted]) -> Fitted:
    """The one with the least validation loss; the first of equals."""
    return min(tried, key=lambda fitted: fitted.loss)


@dataclass(frozen=True)
class Lab:
    """What reconstructors are fitted with: a seed, the name of a device for networks, and a place
    where these are kept in training, if they are.
    """

    seed: int
    device: str = "auto"
    place: Place | None = None

    def of(self, name: str) -> "Lab":
        """For a part of the work: the seed and the place of its name."""
        place = self.place and self.place.within(name)
        return replace(self, seed=experiment_seed(self.seed, name), place=place)


def fit_all(
    reconstructors: Mapping[str, Reconstructor],
    shadows: Pairs,
    validation: Pairs,
    lab: Lab,
    noiseless: Pairs | None = None,
) -> dict[str, Fitted]:
    """All reconstructors by name, in their order: the later may build on the earlier.

    noiseless: the shadow models without noise, as `Study` describes them. Each has its own
    randomness, from the seed, its name and the number of shadow models alone.
    """
    fitted: dict[str, Fitted] = {}
    for name, reconstructor in reconstructors.items():
        own, count = lab.of(name), len(shadows.views)
        study = Study(
            shadows=shadows,
            validation=validation,
            rng=stream(own.seed, Purpose.RECONSTRUCTOR, count),
            fitted=dict(fitted),
            device=own.device,
            noiseless=noiseless,
            reconstructors=reconstructors,
            place=own.place and own.place.within(str(count)),
        )
        fitted[name] = reconstructor.fit(study)
    return fitted
