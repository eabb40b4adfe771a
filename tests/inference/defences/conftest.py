"""A tiny task, and how a defence is asked to train it, on one thread in float32."""

import numpy as np
import pytest
import torch

from truthserum.models.mlp import Mlp
from truthserum.training.batches import ImageBatches
from truthserum.training.device import Device
from truthserum.training.lockstep import Fit, Task
from truthserum.training.recipe import Augmentation, Recipe

torch.set_num_threads(1)
RECIPE = {"epochs": 4, "batch": 8, "lr": 0.05}


@pytest.fixture
def labelled():
    """80 images [80, 1, 4, 4] of 2 classes that differ in brightness, and their labels."""
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 2, 80)
    return (rng.integers(0, 60, (80, 1, 4, 4)) + 150 * labels[:, None, None, None]).astype(
        np.uint8
    ), labels


@pytest.fixture
def rows():
    """What each of three models trains on: 40 of the 80 rows."""
    return np.stack([np.random.default_rng(9 + k).permutation(80)[:40] for k in range(3)])


@pytest.fixture
def task():
    return Task(Mlp((6,)), Recipe(**RECIPE), classes=2, seed=3)


@pytest.fixture
def defend(labelled, rows, task):
    """defend(defence, x, labels, rows, models, advance): (weights by name, kept)."""

    def run(defence, x=None, labels=None, rows=rows, models=range(3), advance=lambda images: None):
        x = labelled[0] if x is None else x
        labels = labelled[1] if labels is None else labels
        batches = ImageBatches(x, Augmentation(), Device("cpu", torch.float32))
        net, kept = defence.train(Fit(task, batches, labels, rows, models), advance)
        assert not net.training
        return net.state_dict(), kept

    run.task = task
    return run
