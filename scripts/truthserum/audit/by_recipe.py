"""The door `recipe`: one of our models, trained in lockstep by the trainer of the reproduction.

M models of a shard, N records of the user, P of them asked about.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from truthserum.audit.ours import Ours
from truthserum.audit.poison import Poison
from truthserum.data.images import Images
from truthserum.data.tabular import Table
from truthserum.inference.shard import train_shard
from truthserum.options import build
from truthserum.training.batches import batches_of
from truthserum.training.device import Device
from truthserum.training.lockstep import Fit, Stack, Task
from truthserum.training.observe import ask, modes
from truthserum.training.products import Scratch, Tensors
from truthserum.training.progress import Progress
from truthserum.training.recipe import Augmentation

OBSERVED = 1000  # records asked about at once


@dataclass(frozen=True)
class Shard:
    """Models that are to be trained: which, from which seed, who is in, and what is added to each.

    member: bool [M, N].
    """

    models: range
    seed: int
    member: np.ndarray
    added: Poison

    @property
    def rows(self) -> Sequence[np.ndarray]:
        """The rows that each model trains on, those of the poison behind all records."""
        size, poisons = self.member.shape[1], len(self.added.rows)
        poisoned = size + np.arange(poisons)
        return [np.concatenate([np.flatnonzero(held), poisoned]) for held in self.member]


@dataclass(frozen=True)
class Asked:
    """Records that models are asked about: x [Q, ...] and classes int64 [Q]."""

    x: np.ndarray
    label: np.ndarray


def train(
    ours: Ours,
    data: Images | Table,
    shard: Shard,
    asked: Sequence[Asked],
    device: Device,
    scratch: Scratch,
) -> tuple[list[tuple[np.ndarray, np.ndarray]], list[float]]:
    """What the models answer, and seconds [M] of training.

    Of each of `asked`: (probability of the true class float64 [M, Q], whether the top class is
    right, bool [M, Q]). Models that hold equally many rows are trained in lockstep; a model does
    not depend on which others are. Raises Diverged, and ValueError for a defence that does not fit.
    """
    x = np.concatenate([data.train_x, data.train_x[shard.added.rows]])
    labels = np.concatenate([data.train_y, data.train_y[shard.added.labels]])
    task = Task(build("model", ours.model), ours.recipe, data.classes, shard.seed)
    batches = batches_of(data, x, ours.recipe.augmentation, device)
    rows = dict(zip(shard.models, shard.rows, strict=True))

    def fit_of(models: Sequence[int]) -> Fit:
        return Fit(task, batches, labels, np.stack([rows[model] for model in models]), models)

    sizes = np.array([len(own) for own in rows.values()])
    stacks = [np.flatnonzero(sizes == size) for size in np.unique(sizes)]
    work = sum(fit_of([model]).work for model in shard.models)
    progress = Progress(f"models {shard.models[0]} to {shard.models[-1]}", work)
    defence, seconds = build("defence", ours.defence), np.empty(len(sizes))
    found = [
        (np.empty((len(sizes), len(q.x))), np.empty((len(sizes), len(q.x)), bool)) for q in asked
    ]
    for at in stacks:
        chosen = [shard.models[k] for k in at]
        trained = train_shard(fit_of, defence, chosen, len(chosen), scratch, progress)
        tensors, seconds[at], _ = trained
        net = _stack(task, batches.shape, tensors, len(chosen), device)
        for (confidence, right), questions in zip(found, asked, strict=True):
            confidence[at], right[at] = _answers(net, data, questions, device)
    return found, seconds.tolist()


def _stack(
    task: Task, shape: tuple[int, ...], tensors: Tensors, models: int, device: Device
) -> Stack:
    net = task.architecture.build(models, shape, task.classes)
    net.load_state_dict(tensors)
    return net.to(device.name).eval()


def _answers(
    net: Stack, data: Images | Table, asked: Asked, device: Device
) -> tuple[np.ndarray, np.ndarray]:
    batches = batches_of(data, asked.x, Augmentation(), device)
    # The last mode is the one that a deployed model runs in.
    signals, top = ask(net, batches, asked.label, ["identity"], modes(net)[-1], OBSERVED)
    return expit(signals[..., 0]), top == asked.label
