"""Leave-one-out LiRA, and the memory of this process, against a loop over models and points."""

import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from truthserum.bench import loops
from truthserum.bench.measures import Measure, race
from truthserum.bench.tasks.base import Place
from truthserum.inference.attacks.base import Evidence
from truthserum.inference.attacks.lira import Lira

ROUNDS = 3


@dataclass(frozen=True)
class Attack:
    """Options of LiRA, and on how much; the loop runs over `looped` points and is extrapolated."""

    name: str
    options: Mapping[str, Any]
    models: int
    points: int
    looped: int

    def measures(self, place: Place) -> list[Measure]:
        """Seconds, memory and gain over the loop."""
        attack, seen = Lira(**self.options), self.evidence(np.random.default_rng(0))
        few = seen.signals[:, : self.looped, 0], seen.member[:, : self.looped]
        whole, looped = race(
            ROUNDS,
            lambda: seconds(attack.score, seen),
            lambda: seconds(loops.lira, attack, *few) * self.points / self.looped,
        )
        gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
        note = f"the loop is timed on {self.looped} points and extrapolated to {self.points:,}"
        label = f"{self.name}, {self.models} models x {self.points:,} points"
        return [
            Measure(label, "s", whole, below=10),
            Measure(f"{label}, peak memory", "GB", [gigabytes], below=2),
            Measure(f"{label}, over a loop", "times", looped / whole, note=note),
        ]

    def evidence(self, rng: np.random.Generator) -> Evidence:
        """Gaussian signals, higher for members; models 2k and 2k + 1 hold complementary halves."""
        half = rng.random((self.models // 2, self.points)) < 0.5
        member = np.stack([half, ~half], axis=1).reshape(self.models, self.points)
        signals = rng.standard_normal((self.models, self.points))
        signals += member
        return Evidence.without_population(signals[..., None], member)


def seconds(work: Callable, *arguments: object) -> float:
    """How long a call takes."""
    start = time.monotonic()
    work(*arguments)
    return time.monotonic() - start
