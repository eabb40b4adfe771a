"""What a reconstructor sees of the adversary's views: a chain of steps, fitted on shadow models.

The notebook of arXiv 2201.04845 standardises each weight on the shadow models. The other steps are
ours. What a record does to the weights grows with the loss on it, which tells little of its looks:
with each model scaled to unit norm that is gone; a few heavy-tailed weights must not set the norm,
so they are clipped before; and principal components leave out directions that carry no signal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Annotated, Any, Protocol

import numpy as np
from pydantic import Field, Strict
from pydantic_core import core_schema
from scipy.linalg import qr, svd

from truthserum.options import ClosedShare, Count, Named, Positive, options

FLAT = 1e-7  # a coordinate with a smaller deviation does not vary
OVERSAMPLING, ITERATIONS = 50, 3

Map = Callable[[np.ndarray], np.ndarray]
"""Views float32 [R, d] -> features float32 [R, e]."""


class Step(Protocol):
    def fit(self, views: np.ndarray, rng: np.random.Generator) -> Map:
        """The step with what it takes from the shadow models' views [S, d]."""


@options
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


@options
class Clip:
    """No value beyond a limit."""

    limit: Positive = 5.0
    """The largest absolute value, in the units of the step before."""

    def fit(self, views: np.ndarray, rng: np.random.Generator) -> Map:
        return lambda views: np.clip(views, -self.limit, self.limit)


@options
class UnitNorm:
    """Each model scaled to a mean square of 1 over its coordinates; one that is all 0 stays so."""

    def fit(self, views: np.ndarray, rng: np.random.Generator) -> Map:
        return _to_unit_norm


def _to_unit_norm(views: np.ndarray) -> np.ndarray:
    root = np.linalg.norm(views, axis=1, keepdims=True) / np.sqrt(np.float32(views.shape[1]))
    return views / np.where(root > 0, root, 1)


@options
class Principal:
    """The first principal components, at most as many as there are.

    By a randomised range finder with subspace iterations, which is exact if all components are
    asked for (Halko, Martinsson and Tropp, arXiv 0909.4061, algorithms 4.4 and 5.1).
    """

    components: Count
    """How many components."""
    whitening: ClosedShare = 0.0
    """Each component is divided by its deviation to this power: 0 leaves it as it is, 1 makes all
    deviations 1."""

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
OneStep = Annotated[Any, Named(STEPS)]


@dataclass(frozen=True)
class Features:
    """Steps, one after the other; in a config a list, [standardise: {}, clip: {limit: 2}]."""

    steps: tuple[Step, ...]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        def made(written: object, chain: Any) -> Features:
            return written if isinstance(written, cls) else cls(chain(written))

        steps = handler.generate_schema(Annotated[tuple[OneStep, ...], Strict(False)])
        return core_schema.no_info_wrap_validator_function(made, steps)

    def __str__(self) -> str:
        return " > ".join(map(repr, self.steps))

    def fit(self, views: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, Map]:
        """The features [S, e] of the shadow models' views [S, d]; how to make those of others."""
        maps = []
        for step in self.steps:
            maps.append(step.fit(views, rng))
            views = maps[-1](views)
        return views, lambda views: reduce(lambda seen, step: step(seen), maps, views)


Alternatives = Annotated[
    tuple[Features, ...], Strict(False), Field(min_length=1, validate_default=True)
]
STANDARDISED: Any = ([{"standardise": {}}],)
NORMALISED: Any = (
    [
        {"standardise": {}},
        {"clip": {"limit": 2}},
        {"unit_norm": {}},
        {"principal": {"components": 400, "whitening": 0.25}},
        {"unit_norm": {}},
    ],
)
