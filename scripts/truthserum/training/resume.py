"""Stacks of models one after the other, taking up what an interrupted run has finished."""

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar, cast

import torch

from truthserum.sentences import DeviceError
from truthserum.training.midway import BEFORE
from truthserum.training.products import Scratch, Tensors

Models = TypeVar("Models", bound=Sequence[int])

# What torch, cuDNN and cuBLAS say where a GPU has too little memory; the error is torch's own only
# where torch takes it for itself, not for the workspace of a convolution or a context.
ROOMLESS = ("out of memory", "unable to find an engine", "ALLOC_FAILED")


def resumed(
    stacks: Iterable[Models],
    train: Callable[[Models], Tensors],
    scratch: Scratch,
    skip: Callable[[Models], None],
) -> tuple[Tensors, list[float]]:
    """Train each stack that `scratch` does not hold.

    stacks: consecutive ranges of models. train(models): the tensors of a stack by name, with a
    leading model axis, and BEFORE where some of the work was done earlier. skip(models): called for
    each stack that is taken up. Where a GPU has too little memory for a stack, half of its models
    are trained at a time; DeviceError where it has too little for one.

    Returns (tensors of all models by name, seconds [K]). Seconds are those of training, whichever
    run did it: a stack found in the scratch folder carries its own.
    """
    parts = [_stack(models, train, scratch, skip) for models in stacks]
    seconds = [each for part in parts for each in part.pop("seconds").tolist()]
    return _joined(parts), seconds


def _stack(
    models: Models,
    train: Callable[[Models], Tensors],
    scratch: Scratch,
    skip: Callable[[Models], None],
) -> Tensors:
    """The tensors of a stack, and its `seconds`, float64 [K]: taken up, or trained and kept."""
    kept = scratch.load(models)
    if kept is not None:
        skip(models)
        return kept
    start = time.monotonic()
    try:
        tensors = {name: value.cpu().contiguous() for name, value in train(models).items()}
    except RuntimeError as error:
        if not any(words in str(error) for words in ROOMLESS):
            raise
        said = str(error).partition("\n")[0].partition(". ")[0]
    else:
        spent = (time.monotonic() - start) / len(models)
        before = tensors.pop(BEFORE, torch.zeros(len(models), dtype=torch.float64))
        tensors["seconds"] = spent + before.double()
        scratch.save(models, tensors)
        return tensors
    finally:
        torch.cuda.empty_cache()  # what a stack took is not needed by the next, nor by other jobs
    if len(models) == 1:
        raise DeviceError(
            f"device: found too little memory for one model ({said}), allowed are smaller batches "
            "or models, fewer jobs_per_gpu, or device: cpu"
        )
    print(f"{said}: half of {len(models)} models at a time", file=sys.stderr)
    middle = len(models) // 2
    halves = cast(list[Models], [models[:middle], models[middle:]])
    tensors = _joined([_stack(half, train, scratch, skip) for half in halves])
    scratch.save(models, tensors)
    return tensors


def _joined(parts: Sequence[Tensors]) -> Tensors:
    """One after the other along their model axis."""
    return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}
