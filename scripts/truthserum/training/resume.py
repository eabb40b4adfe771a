"""Stacks of models one after the other, taking up what an interrupted run has finished."""

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar, cast

import torch

from truthserum.training.device import DeviceError
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
            made = in_halves(train, models)
            tensors = {name: value.cpu().contiguous() for name, value in made.items()}
            spent = (time.monotonic() - start) / len(models)
            before = tensors.pop(BEFORE, torch.zeros(len(models), dtype=torch.float64))
            tensors["seconds"] = spent + before.double()
            scratch.save(models, tensors)
        else:
            skip(models)
        seconds.extend(tensors.pop("seconds").tolist())
        parts.append(tensors)
    return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}, seconds


def in_halves(train: Callable[[Models], Tensors], models: Models) -> Tensors:
    """What `train` makes of models, of half of them each where a GPU has too little memory for all.

    Raises DeviceError where it has too little for one.
    """
    try:
        return train(models)
    except torch.OutOfMemoryError as error:
        said = str(error).partition("\n")[0].partition(". ")[0]
    if len(models) == 1:
        raise DeviceError(
            f"device: found too little memory for one model ({said}), allowed are smaller batches "
            "or models, fewer jobs_per_gpu, or device: cpu"
        )
    print(f"{said}: half of {len(models)} models at a time", file=sys.stderr)
    torch.cuda.empty_cache()
    middle = len(models) // 2
    parts = cast(list[Models], [models[:middle], models[middle:]])
    halves = [in_halves(train, part) for part in parts]
    return {name: torch.cat([half[name] for half in halves]) for name in halves[0]}
