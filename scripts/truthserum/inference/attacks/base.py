"""What every attack reads and returns."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np


@dataclass(frozen=True)
class Evidence:
    """What the adversary sees of M models, and the memberships it has to guess.

    signals: float64 [M, P, Q], logit-scaled confidence in the true label of P attacked points under
        Q queries each; higher is more confident.
    member: bool [M, P], whether the model was trained on the point.
    population: float64 [M, Z, Q] and population_member: bool [M, Z], the same for Z other points;
        Z may be zero.
    group: so many models in a row share their secrets out among them: models 2k and 2k + 1 hold
        complementary halves.
    Attacks score every model with those of the other groups as shadow models. ValueError if a
    shape, a type or a value does not fit.

    The official code (research/mi_lira_2021 in tensorflow/privacy) leaves out the target alone: it
    draws who holds a point for each point by itself, so that no model is another's complement. ML
    Privacy Meter has pairs, and leaves out both, as here.
    """

    signals: np.ndarray
    member: np.ndarray
    population: np.ndarray
    population_member: np.ndarray
    group: int = 2

    def __post_init__(self) -> None:
        _check_signals("signals", self.signals)
        _check_signals("population", self.population)
        _check_member("member", self.member, self.signals)
        _check_member("population_member", self.population_member, self.population)
        models, _, queries = self.signals.shape
        found = (self.population.shape[0], self.population.shape[2])
        if found != (models, queries):
            raise ValueError(
                f"population: found (models, queries) {found}, allowed {(models, queries)}"
            )

    @classmethod
    def without_population(cls, signals: np.ndarray, member: np.ndarray, group: int = 2) -> Self:
        """Evidence of the attacked points alone."""
        return cls(signals, member, signals[:, :0], member[:, :0], group)

    def select(self, models: np.ndarray) -> Self:
        """The evidence of some of the models, whole groups, given by an index array."""
        return type(self)(
            self.signals[models],
            self.member[models],
            self.population[models],
            self.population_member[models],
            self.group,
        )


def rehearsal(models: int, values: int = 2, others: int = 0) -> Evidence:
    """Made-up evidence, to try an attack before anything is trained.

    values: how many candidates a target has, of which the models hold one each, in turn. others:
    how many points there are besides the candidates of the targets; the first few are the
    population. ValueError if the models are no whole groups.
    """
    member = np.arange(models)[:, None] % values == np.arange(2 * values) % values
    signals = np.random.default_rng(0).normal(size=(*member.shape, 1)) + member[..., None]
    return Evidence(signals, member, signals[:, :others], member[:, :others], grouped(values))


def grouped(values: int) -> int:
    """How many models in a row share their secrets out, where a secret has so many values.

    Each value of a target once, and complementary halves of all else in pairs of models.
    """
    return math.lcm(2, values)


# Values scored at a time: small enough for the caches and for any number of points.
BLOCK_VALUES = 1_000_000


def blocks(models: int, points: int) -> Iterator[slice]:
    """Blocks of points that bound what is worked on at a time, whatever their number."""
    step = max(1, BLOCK_VALUES // models)
    return (slice(start, start + step) for start in range(0, points, step))


class Attack(Protocol):
    """A frozen dataclass of options that can score."""

    def score(self, evidence: Evidence) -> np.ndarray:
        """Scores, float64 [M, P]; higher is more likely a member."""


def _check_signals(key: str, signals: np.ndarray) -> None:
    if signals.ndim != 3 or signals.dtype != np.float64 or signals.shape[2] == 0:
        raise ValueError(
            f"{key}: found {signals.dtype} {signals.shape}, "
            "allowed float64 [models, points, queries] with at least one query"
        )
    if not np.isfinite(signals).all():
        bad = int((~np.isfinite(signals)).sum())
        raise ValueError(f"{key}: found {bad} infinite or undefined values, allowed none")


def _check_member(key: str, member: np.ndarray, signals: np.ndarray) -> None:
    if member.dtype != bool or member.shape != signals.shape[:2]:
        raise ValueError(
            f"{key}: found {member.dtype} {member.shape}, allowed bool {signals.shape[:2]}"
        )
