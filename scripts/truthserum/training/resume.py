"""Stacks of models one after the other, taking up what an interrupted run has finished."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import torch

from truthserum.training.midway import BEFORE
from truthserum.training.products import Scratch, Tensors

Models = TypeVar("Models", bound=Sequence[int])


def resumed(
    stacks: Iterable[Models],
    train: Callable[[Models], Tensors],
    scratch: Scratch,
    skip: Callable[[Models], None],
) -> tuple[Tensors, list[float]]:
    """Train each stack that `scratch` does not hold.

    stacks: consecutive ranges of models. train(models): the tensors of a stack by name, with a
    leading model axis, and BEFORE where some of the work was done earlier. skip(models): called for
    each stack that is taken up.

    Returns (tensors of all models by name, seconds [K]). Seconds are those of training, whichever
    run did it: a stack found in the scratch folder carries its own.
    """
    parts, seconds = [], []
    for models in stacks:
        tensors = scratch.load(models)
        if tensors is None:
            start = time.monotonic()
            tensors = {name: value.cpu().contiguous() for name, value in train(models).items()}
            spent = (time.monotonic() - start) / len(models)
            before = tensors.pop(BEFORE, torch.zeros(len(models), dtype=torch.float64))
            tensors["seconds"] = spent + before.double()
            scratch.save(models, tensors)
        else:
            skip(models)
        seconds.extend(tensors.pop("seconds").tolist())
        parts.append(tensors)
    return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}, seconds
