"""Tiny images and tasks on one thread in float32."""

import numpy as np
import pytest
import torch

from truthserum.models.cnn import Cnn
from truthserum.models.mlp import Mlp
from truthserum.models.wrn import WideResNet
from truthserum.training.batches import ImageBatches
from truthserum.training.device import Device
from truthserum.training.lockstep import Fit, Task, plain, train
from truthserum.training.recipe import Augmentation, Recipe

torch.set_num_threads(1)
CLASSES, SEED = 4, 11
RECIPE = {"epochs": 2, "batch": 8, "lr": 0.05, "augmentation": Augmentation(flip=True, crop=2)}
ARCHITECTURES = {
    "mlp": Mlp((9,)),
    "cnn": Cnn(width=4, depth=2),
    "wrn": WideResNet(10, 1, stem=4),
}


@pytest.fixture
def cpu():
    return Device("cpu", torch.float32)


@pytest.fixture
def images():
    """60 images [60, 2, 8, 8] of 4 classes that differ in brightness, and their labels."""
    rng = np.random.default_rng(5)
    labels = rng.integers(0, CLASSES, 60)
    noise = rng.integers(0, 100, (60, 2, 8, 8))
    return (noise + 50 * labels[:, None, None, None]).astype(np.uint8), labels


@pytest.fixture
def make_rows():
    """make_rows(models, n=20): n of the 60 rows for each model, by its own index."""

    def make(models, n=20):
        return np.stack([np.random.default_rng(100 + i).permutation(60)[:n] for i in models])

    return make


@pytest.fixture
def fit(images, make_rows, cpu):
    """fit(models, architecture="cnn", **recipe): the trained stack of these models."""

    def run(models, architecture="cnn", rows=None, advance=lambda images: None, **changes):
        x, y = images
        recipe = Recipe(**RECIPE | changes)
        task = Task(ARCHITECTURES[architecture], recipe, CLASSES, SEED)
        batches = ImageBatches(x, recipe.augmentation, cpu)
        rows = make_rows(models) if rows is None else rows
        return train(Fit(task, batches, y, rows, models), plain, advance)

    run.architectures, run.classes, run.seed = ARCHITECTURES, CLASSES, SEED
    return run
