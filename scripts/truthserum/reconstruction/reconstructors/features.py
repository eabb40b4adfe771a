"""What a reconstructor sees of the adversary's views: a chain of steps, fitted on shadow models.

The notebook of arXiv 2201.04845 standardises each weight on the shadow models. The other steps are
ours. What a record does to the weights grows with the loss on it, which tells little of its looks:
with each model scaled to unit norm that is gone; a few heavy-tailed weights must not set the norm,
so they are clipped before; and principal components leave out directions that carry no signal.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Protocol

import numpy as np
from scipy.linalg import qr, svd

FLAT = 1e-7  # a coordinate with a smaller deviation does not vary
OVERSAMPLING, ITERATIONS = 50, 3

Map = Callable[[np.ndarray], np.ndarray]
"""Views float32 [R, d] -> features float32 [R, e]."""


class Step(Protocol):
    def fit(self, views: np.ndarray, rng: np.random.Generator) -> Map:
        """The step with what it takes from the shadow models' views [S, d]."""


@dataclass(frozen=True)
class Standardise:
    """Mean 0 and deviation 1 of every coordinate; those that do not vary are dropped."""

    def fit(self, views: np.ndarray, rng: np.random.Generator) -> Map:
        mean = views.mean(axis=0, dtype=np.float64).astype(np.float32)
        deviation = np.sqrt(np.square(views - mean).mean(axis=0, dtype=np.float64))
        kept = np.flatnonzero(deviation > FLAT)
        if not kept.size:
            raise ValueError("views: found the same of every shadow model, allowed are differences")
        mean, scale = mean[kept], (1 / deviation[kept]).astype(np.float32)
        return lambda views: (views[:, kept] - mean) * scale


@dataclass(frozen=True)
class Clip:
    """No value beyond `limit`, in the units that the step before left. ValueError unless > 0."""

    limit: float = 5.0

    def __post_init__(self) -> None:
        if not self.limit > 0:
            raise ValueError(f"clip: limit is {self.limit}, allowed is more than 0")

    def fit(self, views: np.ndarray, rng: np.random.Generator) -> Map:
        return lambda views: np.clip(views, -self.limit, self.limit)


@dataclass(frozen=True)
class UnitNorm:
    """Each model scaled to a mean square of 1 over its coordinates; one that is all 0 stays so."""

    def fit(self, views: np.ndarray, rng: np.random.Generator) -> Map:
        return _to_unit_norm


def _to_unit_norm(views: np.ndarray) -> np.ndarray:
    root = np.linalg.norm(views, axis=1, keepdims=True) / np.sqrt(np.float32(views.shape[1]))
    return views / np.where(root > 0, root, 1)


@dataclass(frozen=True)
class Principal:
    """The first principal components, at most as many as there are.

    Each is divided by its deviation to the power `whitening`: 0 leaves them as they are, 1 makes
    all deviations 1. By a randomised range finder with subspace iterations, which is exact if all
    components are asked for (Halko, Martinsson and Tropp, arXiv 0909.4061, algorithms 4.4 and 5.1).

    ValueError unless there is a component and the power is 0 to 1.
    """

    components: int
    whitening: float = 0.0

    def __post_init__(self) -> None:
        if self.components < 1:
            raise ValueError(f"principal: components is {self.components}, allowed is at least 1")
        if not 0 <= self.whitening <= 1:
            raise ValueError(f"principal: whitening is {self.whitening}, allowed is 0 to 1")

    def fit(self, views: np.ndarray, rng: np.random.Generator) -> Map:
        mean = views.mean(axis=0, dtype=np.float64).astype(np.float32)
        centred = views - mean
        size = min(self.components + OVERSAMPLING, *views.shape)
        base = rng.standard_normal((views.shape[1], size), dtype=np.float32)
        for _ in range(ITERATIONS):
            base = qr(centred @ base, mode="economic", check_finite=False)[0]
            base = qr(centred.T @ base, mode="economic", check_finite=False)[0]
        _, values, rotation = svd(centred @ base, full_matrices=False, check_finite=False)
        count = min(self.components, int((values > FLAT * values[0]).sum()))
        deviation = values[:count] / np.sqrt(np.float32(len(views)))
        directions = base @ rotation[:count].T / deviation**self.whitening
        return lambda views: (views - mean) @ directions


STEPS = {"standardise": Standardise, "clip": Clip, "unit_norm": UnitNorm, "principal": Principal}


@dataclass(frozen=True)
class Features:
    """Steps, one after the other."""

    steps: tuple[Step, ...]

    @classmethod
    def of(cls, chain: Sequence[Mapping[str, Mapping]]) -> "Features":
        """Steps from settings such as [{"standardise": {}}, {"clip": {"limit": 2}}].

        ValueError for an unknown step or options that it does not take.
        """
        steps = []
        for step in chain:
            for name, options in step.items():
                if name not in STEPS:
                    raise ValueError(f"features: found {name!r}, allowed are {', '.join(STEPS)}")
                try:
                    steps.append(STEPS[name](**options))
                except TypeError as error:
                    raise ValueError(f"features: {name}: {error}") from error
        return cls(tuple(steps))

    def __str__(self) -> str:
        return " > ".join(map(repr, self.steps))

    def fit(self, views: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, Map]:
        """The features [S, e] of the shadow models' views [S, d]; how to make those of others."""
        maps = []
        for step in self.steps:
            maps.append(step.fit(views, rng))
            views = maps[-1](views)
        return views, lambda views: reduce(lambda seen, step: step(seen), maps, views)


def alternatives(chains: Sequence[Sequence[Mapping]]) -> tuple[Features, ...]:
    """Features to choose from, of settings such as `Features.of` takes; ValueError without any."""
    if not chains:
        raise ValueError("features: found none, allowed is at least one chain of steps")
    return tuple(map(Features.of, chains))
