"""A network in training, kept from time to time: a kill costs a minute, not the whole training."""

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

import torch
from torch import nn

from truthserum.training.products import Scratch

WHOLE = (0,)  # the only model of its scratch folder
DONE, WEIGHT = "done", "weight"


class NotKept:
    """A training that begins anew whenever it is begun."""

    def restore(self, net: nn.Module, optimiser: torch.optim.Optimizer) -> int:
        return 0

    def keep(self, net: nn.Module, optimiser: torch.optim.Optimizer, done: int) -> None:
        pass

    def after(self, done: int, net: nn.Module) -> nn.Module:
        return deepcopy(net).cpu()


NOT_KEPT = NotKept()


@dataclass
class Midway:
    """One that goes on to the same digits from where it was kept last.

    scratch: where that is. skip: called with the number of steps that were made before. every:
    seconds between one time and the next.
    """

    scratch: Scratch
    skip: Callable[[int], None]
    every: float = 60.0
    last: float = field(default_factory=time.monotonic)

    def restore(self, net: nn.Module, optimiser: torch.optim.Optimizer) -> int:
        """Set the weights and the optimiser as they were, if they were kept; steps until then."""
        kept = self.scratch.load(WHOLE)
        if kept is None:
            return 0
        done = int(kept.pop(DONE))
        for place, value in kept.items():
            slot, _, name = place.partition("/")
            own = net.get_parameter(name)
            if slot == WEIGHT:
                own.data.copy_(value)
            else:
                optimiser.state[own][slot] = value.to(own.device)
        self.skip(done)
        return done

    def keep(self, net: nn.Module, optimiser: torch.optim.Optimizer, done: int) -> None:
        """Keep both after so many steps, if it is time to."""
        if time.monotonic() - self.last < self.every:
            return
        tensors = {DONE: torch.tensor(done)}
        for name, own in net.named_parameters():
            parts = {WEIGHT: own.detach(), **optimiser.state[own]}
            tensors |= {f"{slot}/{name}": value.cpu() for slot, value in parts.items()}
        self.scratch.save(WHOLE, tensors)
        self.last = time.monotonic()

    def after(self, done: int, net: nn.Module) -> nn.Module:
        """A copy on the CPU of the network after so many steps, one or more.

        That of now; where it has gone on since, the one that was kept by this at that time.
        """
        copy = deepcopy(net).cpu()
        kept = self.scratch.load((done,))
        if kept is None:
            self.scratch.save((done,), {name: own.data for name, own in copy.named_parameters()})
        else:
            for name, value in kept.items():
                copy.get_parameter(name).data.copy_(value)
        return copy
