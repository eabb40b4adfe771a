"""Networks in training, kept from time to time: a kill costs a minute, not the whole training."""

import sys
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

import torch
from torch import nn

from truthserum.training.device import Device
from truthserum.training.products import Scratch, Tensors

WHOLE = (0,)  # the only model of its scratch folder
BEFORE = "before"  # seconds [K] that a training took before it was interrupted and gone on with
EVERY = 60.0  # seconds
DONE, SECONDS, WEIGHT, THEN = "done", "seconds", "weight", "then"


class NotKept:
    """A training that begins anew whenever it is begun."""

    def restore(self, net: nn.Module, optimiser: torch.optim.Optimizer) -> int:
        return 0

    def keep(self, net: nn.Module, optimiser: torch.optim.Optimizer, done: int) -> None:
        pass

    def save(self, net: nn.Module, optimiser: torch.optim.Optimizer, done: int) -> None:
        pass

    def after(self, done: int, net: nn.Module) -> nn.Module:
        return deepcopy(net).cpu()

    def beside(self, name: str) -> "NotKept":
        return self


NOT_KEPT = NotKept()


@dataclass
class Midway:
    """One that goes on to the same digits from where it was kept last.

    scratch: where that is. skip: called with the number of steps that were made before. every:
    seconds between one time and the next. before: those that the interrupted runs took. then: the
    weights after steps that are asked for again, kept with those of now: all are of one training.
    """

    scratch: Scratch
    skip: Callable[[int], None]
    every: float = field(default_factory=lambda: EVERY)
    last: float = field(default_factory=time.monotonic)
    before: float = 0.0
    begun: float = field(default_factory=time.monotonic)
    then: dict[int, Tensors] = field(default_factory=dict)

    @classmethod
    def within(
        cls, scratch: Scratch, name: str, device: Device, skip: Callable[[int], None]
    ) -> "Midway":
        """That of what is called so, in the place of what was kept in this scratch folder before.

        What was begun on another device or in another precision is not gone on with: its digits
        would be of both.
        """
        key = " ".join([scratch.key, name, *device.names])
        return cls(Scratch(scratch.folder / "midway", key), skip)

    def restore(self, net: nn.Module, optimiser: torch.optim.Optimizer) -> int:
        """Set the weights and the optimiser as they were, if they were kept; steps until then."""
        kept = self.scratch.load(WHOLE)
        if kept is None:
            return 0
        done, self.before = int(kept.pop(DONE)), float(kept.pop(SECONDS))
        weights = _weights(net)
        for place, value in kept.items():
            slot, _, name = place.partition("/")
            if slot.startswith(THEN):
                self.then.setdefault(int(slot.removeprefix(THEN)), {})[name] = value
                continue
            own = weights[name]
            if slot == WEIGHT:
                own.data.copy_(value)
            elif value.shape == own.shape:  # laid out as its weight is
                optimiser.state[own][slot] = torch.empty_like(own).copy_(value)
            else:
                optimiser.state[own][slot] = value.to(own.device)
        self.skip(done)
        return done

    def keep(self, net: nn.Module, optimiser: torch.optim.Optimizer, done: int) -> None:
        """Keep both after so many steps, if it is time to."""
        if time.monotonic() - self.last >= self.every:
            self.save(net, optimiser, done)

    def save(self, net: nn.Module, optimiser: torch.optim.Optimizer, done: int) -> None:
        """Keep both now, as at the end of a training that others follow."""
        spent = self.before + time.monotonic() - self.begun
        tensors = {DONE: torch.tensor(done), SECONDS: torch.tensor(spent, dtype=torch.float64)}
        for name, own in _weights(net).items():
            parts = {WEIGHT: own.detach(), **optimiser.state.get(own, {})}
            for slot, value in parts.items():
                if value is not None:  # as of an optimiser without momentum
                    tensors[f"{slot}/{name}"] = value.cpu().contiguous()
        for then, values in self.then.items():
            tensors |= {f"{THEN}{then}/{name}": value for name, value in values.items()}
        try:
            self.scratch.save(WHOLE, tensors)
        except OSError as error:  # as of a full disk: what saves a minute is to end no training
            print(f"not kept midway: {error}", file=sys.stderr)
        self.last = time.monotonic()

    def after(self, done: int, net: nn.Module) -> nn.Module:
        """A copy on the CPU of the network after so many steps, one or more.

        That of now; where it has gone on since, the one that was asked for at that time.
        """
        copy = deepcopy(net).cpu()
        own = _weights(copy)
        then = self.then.setdefault(
            done, {name: value.detach().contiguous() for name, value in own.items()}
        )
        for name, value in own.items():
            value.data.copy_(then[name])
        return copy

    def spent(self, models: int) -> Tensors:
        """What the interrupted runs took of each of so many models, to stand beside these."""
        return {BEFORE: torch.full((models,), self.before / models)}

    def beside(self, name: str) -> "Midway":
        """Where another training is kept that belongs to this one, and of which nothing is told."""
        return Midway(self.scratch.within(name), lambda steps: None, self.every)


def _weights(net: nn.Module) -> Tensors:
    """Parameters and what a network keeps beside them, each once, by name."""
    return {**dict(net.named_parameters()), **dict(net.named_buffers())}
