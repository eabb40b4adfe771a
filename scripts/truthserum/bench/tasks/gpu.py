"""What a GPU does with the trainer: its ceilings, its digits, its images a second.

Nothing is compared with a target but what must be the same to the bit; how fast a card should be,
the ceilings say.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import nn

from truthserum.bench import stacked
from truthserum.bench.crew import Crew
from truthserum.bench.measures import Measure
from truthserum.bench.tasks.base import Place
from truthserum.data.images import Images
from truthserum.data.stored import labelled
from truthserum.data.tabular import Table
from truthserum.options import build, checked
from truthserum.training import apart, lockstep
from truthserum.training import device as devices
from truthserum.training.device import Device
from truthserum.training.lockstep import Fit, Task
from truthserum.training.recipe import Recipe

ROUNDS = 3
SIDE, BYTES = 8192, 2**30  # of the matrices that are multiplied, and of what is copied
SETTLING = 10  # steps before the clock starts: kernels are chosen and a graph is captured
EQUAL = 1e-12  # below which two weights are the same
ENGINES = {"as one network": lockstep.together, "each by itself": apart.gradients}


@dataclass(frozen=True)
class Gpu:
    """`stacks`: how many models at once; `crowds`: how many processes share the card.

    recipe: with as few epochs as take some seconds. device: cuda, or another to try this on.
    """

    model: Mapping[str, Mapping]
    recipe: Mapping[str, Any]
    stacks: Sequence[int]
    crowds: Sequence[int]
    device: str = "cuda"

    def measures(self, place: Place) -> list[Measure]:
        """All of it, on one card; DeviceError where there is none."""
        data = labelled(place.prepared)
        recipe = checked(Recipe, self.recipe, "recipe")
        task = Task(build("model", self.model), recipe, data.classes, seed=0)
        with devices.acquire(self.device, place.precision) as device:
            return [
                *ceilings(device),
                *self.digits(task, data, device),
                *self.rates(task, data, device),
                *self.crowded(task, data, device),
            ]

    def digits(self, task: Task, data: Images | Table, device: Device) -> list[Measure]:
        """How far weights are from those of the same training, again and in other ways."""
        alone, pair = (stacked.fit_of(0, task, data, size, device) for size in (1, 2))
        whole = weights(lockstep.train(alone, way("each by itself")))
        others = {
            "again": (alone, "each by itself", EQUAL),
            "in a stack of 2": (pair, "each by itself", EQUAL),
            "as one network": (alone, "as one network", None),
        }
        return [
            Measure(
                f"largest difference of a weight, the same training {name}",
                "",
                [float((weights(lockstep.train(fit, way(engine))) - whole).abs().max())],
                below=below,
            )
            for name, (fit, engine, below) in others.items()
        ]

    def rates(self, task: Task, data: Images | Table, device: Device) -> list[Measure]:
        """Images a second of stacks, in both ways, and the memory that they take."""
        found = []
        for engine in ENGINES:
            for size in self.stacks:
                fit = stacked.fit_of(0, task, data, size, device)
                if device.name == "cuda":
                    torch.cuda.empty_cache()
                    torch.cuda.reset_peak_memory_stats()
                each = []
                for _ in range(ROUNDS):
                    watch = Watch(device)
                    lockstep.train(fit, way(engine), watch)
                    each.append(watch.rate())
                name = f"{size} models {engine}"
                found.append(Measure(name, "images/s", each))
                if device.name == "cuda":  # what the memory of graphs keeps counts, too
                    peak = torch.cuda.max_memory_reserved() / 1e9
                    found.append(Measure(f"{name}, peak memory", "GB", [peak]))
        return found

    def crowded(self, task: Task, data: Images | Table, device: Device) -> list[Measure]:
        """Images a second of several processes together, with their start and capture."""
        found = []
        for size in self.crowds:
            with Crew(size) as crew:
                train = partial(
                    stacked.training, task=task, data=data, stack=self.stacks[0], device=device
                )
                each = [crew.rate(train, clock=time.perf_counter) for _ in range(ROUNDS)]
            found.append(Measure(f"{size} processes", "images/s", [size * one for one in each]))
        return found


@dataclass
class Watch:
    """Called with the images of each step: how many a second, once training has settled."""

    device: Device
    steps: int = 0
    images: int = 0
    start: float = field(default_factory=time.perf_counter)

    def __call__(self, images: int) -> None:
        self.steps += 1
        if self.steps <= SETTLING:
            self.start = now(self.device)
        else:
            self.images += images

    def rate(self) -> float:
        return self.images / (now(self.device) - self.start)


def now(device: Device) -> float:
    """Seconds, once the device has done all that it was asked for."""
    if device.name == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def way(engine: str) -> lockstep.Gradients:
    """The gradients of all rows of a fit, as an engine computes them."""

    def gradients(net: nn.Module, fit: Fit, done: int) -> Any:
        return ENGINES[engine](net, fit, done, fit.rows)

    return gradients


def weights(net: nn.Module) -> torch.Tensor:
    """Those of the first model, one after the other, float64 on the CPU."""
    return torch.cat([own[0].detach().double().cpu().flatten() for own in net.parameters()])


def ceilings(device: Device) -> list[Measure]:
    """What the card can do at most: bytes copied and products a second."""
    source = torch.zeros(BYTES, dtype=torch.uint8, device=device.name)
    copy = torch.empty_like(source)
    found = [Measure("copying", "TB/s", _times(partial(copy.copy_, source), 2e-12 * BYTES, device))]
    for dtype in (torch.bfloat16, torch.float32):
        left = torch.ones(SIDE, SIDE, dtype=dtype, device=device.name)
        name = f"products of {str(dtype).removeprefix('torch.')}"
        rates = _times(partial(torch.mm, left, left), 2e-12 * SIDE**3, device)
        found.append(Measure(name, "TFLOP/s", rates))
    return found


def _times(work: Callable[[], object], units: float, device: Device) -> list[float]:
    """Units a second of each round of some work, after a first one."""
    rates = []
    for _ in range(ROUNDS + 1):
        start = now(device)
        work()
        rates.append(units / (now(device) - start))
    return rates[1:]
