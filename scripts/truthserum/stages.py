"""What the stages of a leak are given: training, observing, measuring, which know no workflow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from truthserum.storage.kept import Place

if TYPE_CHECKING:
    from truthserum.training.device import Device
    from truthserum.training.products import Scratch, Tensors

# One model after the other: its index, its tensors and what its manifest says of it.
Trained = Iterable[tuple[int, "Tensors", Mapping[str, Any]]]


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
    device: "Device"
    scratch: "Scratch"
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
    device: "Device"


@dataclass(frozen=True)
class Measuring:
    """An arm that is to be attacked.

    settings: what decides the result. inputs: the files of what is known of the arm. device: the
    name of that on which networks are trained. place: where what they have learned is kept.
    """

    settings: Mapping[str, Any]
    inputs: Sequence[Path]
    device: str
    place: Place
