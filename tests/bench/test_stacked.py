import numpy as np
import torch

from truthserum.bench import stacked
from truthserum.data.images import Images
from truthserum.models.cnn import Cnn
from truthserum.models.mlp import Mlp
from truthserum.training.device import Device, choose
from truthserum.training.lockstep import Task
from truthserum.training.recipe import Recipe


def test_training_counts_every_image_of_every_model():
    x = np.random.default_rng(0).integers(0, 256, (20, 1, 8, 8), dtype=np.uint8)
    images = Images(x, np.arange(20) % 2, x[:0], np.zeros(0, np.int64), classes=2)
    task = Task(Cnn(width=2, depth=1), Recipe(epochs=3, batch=4, lr=0.1), classes=2, seed=0)
    work = stacked.training(0, task, images, stack=2, device=choose("cpu", "float32"))
    assert work() == 2 * 3 * 12  # models, epochs, and half of the images in whole batches


def test_training_counts_every_row_of_every_model(table):
    task = Task(Mlp((4,)), Recipe(epochs=3, batch=2, lr=0.1), classes=2, seed=0)
    work = stacked.training(1, task, table, stack=2, device=choose("cpu", "float32"))
    assert work() == 2 * 3 * 4  # models, epochs, and half of the rows in whole batches


def test_processes_that_share_a_card_compute_as_one_that_has_acquired_it(monkeypatch):
    asked = []
    monkeypatch.setattr(stacked, "repeatable", lambda: asked.append(True))
    monkeypatch.setattr(stacked, "fit_of", lambda *_: None)
    for name in ("cpu", "cuda"):
        stacked.training(0, None, None, stack=2, device=Device(name, torch.float32))
    assert asked == [True]


def test_products_counts_operations():
    assert stacked.products(0, 8, 3, torch.float32)() == 3 * 2 * 8**3
