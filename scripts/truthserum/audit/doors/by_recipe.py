"""The door `recipe`: one of our models, trained in lockstep by the trainer of the reproduction.

M models of a shard, N records of the user, P of them asked about.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import expit

from truthserum.audit.doors.ours import Ours
from truthserum.audit.shards import Answered, Asked, Shard
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


def train(
    ours: Ours, data: Images | Table, shard: Shard, asked: Asked, device: Device, scratch: Scratch
) -> tuple[Answered, list[float]]:
    """What the models answer, and seconds [M] of training.

    Models that hold equally many rows are trained in lockstep; a model does not depend on which
    others are. Raises Diverged, and ValueError for a defence that does not fit.
    """
    assert ours.recipe is not None  # only a `glm`, which is fitted elsewhere, has none
    x, labels = shard.with_poison(data.train_x, data.train_y)
    task = Task(build("model", ours.model), ours.recipe, data.classes, shard.seed)
    batches = batches_of(data, x, ours.recipe.augmentation, device)
    rows = dict(zip(shard.models, shard.rows, strict=True))

    def fit_of(models: Sequence[int]) -> Fit:
        return Fit(task, batches, labels, np.stack([rows[model] for model in models]), models)

    sizes = np.array([len(own) for own in rows.values()])
    stacks = [np.flatnonzero(sizes == size) for size in np.unique(sizes)]
    work = sum(fit_of([model]).work for model in shard.models)
    progress = Progress(f"models {shard.models[0]} to {shard.models[-1]}", work, unit="records")
    defence, seconds = build("defence", ours.defence), np.empty(len(sizes))
    confidence = np.empty((len(sizes), len(asked.x)))
    right = np.empty(confidence.shape, bool)
    for at in stacks:
        chosen = [shard.models[k] for k in at]
        trained = train_shard(fit_of, defence, chosen, len(chosen), scratch, progress)
        tensors, seconds[at], _ = trained
        net = _stack(task, batches.shape, tensors, len(chosen), device)
        confidence[at], right[at] = _answers(net, data, asked, device)
    return (confidence, right), seconds.tolist()


def _stack(
    task: Task, shape: tuple[int, ...], tensors: Tensors, models: int, device: Device
) -> Stack:
    net = task.architecture.build(models, shape, task.classes)
    net.load_state_dict(tensors)
    return net.to(device.name).eval()


def _answers(net: Stack, data: Images | Table, asked: Asked, device: Device) -> Answered:
    batches = batches_of(data, asked.x, Augmentation(), device)
    # The last mode is the one that a deployed model runs in.
    signals, top = ask(net, batches, asked.label, ["identity"], modes(net)[-1], OBSERVED)
    return expit(signals[..., 0]), top == asked.label
