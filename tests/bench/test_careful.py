"""The careful loop trains on what the trainer trains on, and learns."""

import numpy as np
import pytest
import torch

from truthserum.bench import careful
from truthserum.data.images import Images
from truthserum.models.cnn import Cnn
from truthserum.models.mlp import Mlp
from truthserum.training.batches import ImageBatches, batches_of
from truthserum.training.device import choose
from truthserum.training.lockstep import Task
from truthserum.training.recipe import Augmentation, Recipe

ALL = torch.arange(6)


@pytest.fixture
def images():
    x = np.random.default_rng(3).integers(0, 256, (12, 2, 8, 8), dtype=np.uint8)
    return Images(x, np.arange(12) % 2, x[:4], np.arange(4) % 2, classes=2)


def batches(images, augmentation, batch=4, dtype=torch.float32):
    recipe = Recipe(epochs=1, batch=batch, lr=0.1, augmentation=augmentation)
    return careful.batches(images, Task(Cnn(), recipe, images.classes, seed=0), dtype)


@pytest.mark.parametrize("crop", [0, 2])
def test_pictures_are_those_of_the_trainer_or_windows_of_them(images, crop):
    torch.manual_seed(1)
    augmentation = Augmentation(flip=bool(crop), crop=crop)
    made = batches(images, augmentation)
    assert made.shape == (2, 8, 8)
    found = made.draw(ALL)
    assert found.is_contiguous(memory_format=torch.channels_last)
    theirs = ImageBatches(images.train_x[:6], augmentation, choose("cpu", "float32"))
    windows = theirs._scale(theirs.windows).flatten(2, 3)  # [N, C, shifts, H, W]
    either = torch.cat([windows, windows.flip(-1)], 2) if crop else windows
    for picture, allowed in zip(found, either, strict=True):
        assert (picture[:, None] == allowed).flatten(2).all(2).all(0).any()


def test_every_picture_is_shifted_and_flipped_by_itself(images):
    torch.manual_seed(2)
    made = batches(images, Augmentation(flip=True, crop=2))
    same = made.draw(torch.zeros(60, dtype=torch.int64))
    assert len({picture.numpy().tobytes() for picture in same}) > 20


def test_batches_hold_every_sample_of_the_half_once(images, table):
    for data in (images, table):
        made = batches(data, Augmentation(), batch=3)
        x, y = map(torch.cat, zip(*made, strict=True))
        half = len(data.train_y) // 2
        assert sorted(y.tolist()) == sorted(data.train_y[:half].tolist())
        device = choose("cpu", "float32")
        own = batches_of(data, data.train_x, Augmentation(), device).plain(slice(half))[0]
        assert {row.numpy().tobytes() for row in x} == {row.numpy().tobytes() for row in own}


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_member_trains_on_half_of_the_samples(images, table, dtype):
    recipe = Recipe(epochs=3, batch=2, lr=0.1)
    for architecture, data in ((Cnn(width=2, depth=1), images), (Mlp((4,)), table)):
        task = Task(architecture, recipe, classes=2, seed=0)
        work = careful.training(0, task, data, dtype)
        assert work() == 3 * (len(data.train_y) // 2)


def test_products_are_rounded_and_what_comes_out_is_not(images):
    torch.manual_seed(3)
    exact = torch.nn.Linear(8, 3)
    x = torch.randn(5, 8)
    mixed = careful.Mixed(exact, torch.bfloat16)(x)
    assert mixed.dtype == torch.float32
    near = torch.finfo(torch.bfloat16).eps
    torch.testing.assert_close(mixed, exact(x), rtol=4 * near, atol=4 * near)
    assert not torch.equal(mixed, exact(x))
    assert torch.equal(careful.Mixed(exact, torch.float32)(x), exact(x))
