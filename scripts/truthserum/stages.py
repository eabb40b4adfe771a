"""What the stages of a leak are given: training and observing, which know no workflow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from truthserum.training.device import Device
from truthserum.training.products import Scratch, Tensors

# One model after the other: its index, its tensors and what its manifest says of it.
Trained = Iterable[tuple[int, Tensors, Mapping[str, Any]]]


@dataclass(frozen=True)
class Training:
    """A run of consecutive models that are to be trained.

    settings: what decides the result (game, model, recipe, seed, experiment and what the leak has
    besides). data: the file of what they are trained on. design: arrays by name, what is fixed for
    all models. models: their indices. stack: how many at a time, where they are trained in
    lockstep. scratch: where finished stacks are kept. label: what progress is reported of.
    """

    settings: Mapping[str, Any]
    data: Path
    design: Mapping[str, np.ndarray]
    models: range
    stack: int
    device: Device
    scratch: Scratch
    label: str


@dataclass(frozen=True)
class Observing:
    """What is to be seen of all models of an arm.

    settings: what decides it, with `training`, the settings that the models were made with, and
    `models`, how many there are. data, design: as they were trained with.
    """

    settings: Mapping[str, Any]
    data: Path
    design: Mapping[str, np.ndarray]
    device: Device
