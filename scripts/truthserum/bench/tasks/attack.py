"""Leave-one-out LiRA, and the memory of this process, against other ways to work it out."""

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
from truthserum.training.products import peak_gigabytes

ROUNDS = 3
OFFICIAL = "fixed", "shared", "median"


@dataclass(frozen=True)
class Attack:
    """Options of LiRA, and on how much.

    A loop over models and points runs over `looped` points and is extrapolated; so is the official
    code's arithmetic, where its options are those, from one model of all. Processor time.
    """

    name: str
    options: Mapping[str, Any]
    models: int
    points: int
    looped: int

    def measures(self, place: Place) -> list[Measure]:
        """Seconds, memory and gain over the loop."""
        attack, seen = Lira(**self.options), self.evidence(np.random.default_rng(0))
        signals = seen.signals[..., 0]
        few, who = signals[:, : self.looped], seen.member[:, : self.looped]
        ways = {
            "a loop": (
                lambda: seconds(loops.lira, attack, few, who) * self.points / self.looped,
                f"timed on {self.looped} points and extrapolated",
            )
        }
        if (attack.variance, attack.deviations, attack.centre) == OFFICIAL:
            ways["the official arithmetic"] = (
                lambda: seconds(loops.official, signals, seen.member, 0) * self.models,
                "timed on one model and extrapolated",
            )
        works = [work for work, _ in ways.values()]
        whole, *slower = race(ROUNDS, lambda: seconds(attack.score, seen), *works)
        label = f"{self.name}, {self.models} models x {self.points:,} points"
        return [
            Measure(label, "core-s", whole, below=10),
            Measure(f"{label}, peak memory", "GB", [peak_gigabytes()], below=2),
            *(
                Measure(f"{label}, over {way}", "times", slow / whole, note=note)
                for (way, (_, note)), slow in zip(ways.items(), slower, strict=True)
            ),
        ]

    def evidence(self, rng: np.random.Generator) -> Evidence:
        """Gaussian signals, higher for members; models 2k and 2k + 1 hold complementary halves."""
        half = rng.random((self.models // 2, self.points)) < 0.5
        member = np.stack([half, ~half], axis=1).reshape(self.models, self.points)
        signals = rng.standard_normal((self.models, self.points))
        signals += member
        return Evidence.without_population(signals[..., None], member)


def seconds(work: Callable, *arguments: object) -> float:
    """The processor time of a call."""
    start = time.process_time()
    work(*arguments)
    return time.process_time() - start
