import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from truthserum.bench import plain
from truthserum.bench.networks import network
from truthserum.data.tabular import Encoding
from truthserum.models.cnn import Cnn
from truthserum.models.mlp import Mlp
from truthserum.training.batches import ImageBatches, TableBatches
from truthserum.training.device import choose
from truthserum.training.lockstep import Task
from truthserum.training.recipe import Augmentation, Recipe


def test_rows_are_encoded_as_the_trainer_encodes(table):
    rows = plain.samples(table, 4, Augmentation())
    assert len(rows) == 4
    features = TableBatches(table.train_x, Encoding.of(table), choose("cpu", "float32"))
    torch.testing.assert_close(rows[:][0], features.plain(slice(0, 4))[0])
    assert rows[:][1].tolist() == table.train_y[:4].tolist()


@pytest.fixture
def images():
    return np.random.default_rng(3).integers(0, 256, (10, 1, 8, 8), dtype=np.uint8)


def stacked(pictures):
    return torch.stack([pictures[row][0] for row in range(len(pictures))])


def test_pictures_are_scaled_as_the_trainer_scales(images):
    pictures = plain.Pictures(images, np.arange(10), Augmentation())
    scaled = ImageBatches(images, Augmentation(), choose("cpu", "float32")).plain(slice(0, 10))[0]
    torch.testing.assert_close(stacked(pictures), scaled)


def test_crops_are_windows_of_the_reflected_picture(images):
    padded = np.pad(images[0, 0], 2, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (8, 8)).reshape(-1, 64)
    either_way = np.concatenate([windows, windows.reshape(-1, 8, 8)[:, :, ::-1].reshape(-1, 64)])
    allowed = {window.tobytes() for window in either_way.astype(np.uint8)}
    torch.manual_seed(4)
    pictures = plain.Pictures(images, np.arange(10), Augmentation(flip=True, crop=2))
    drawn = [((pictures[0][0] + 1) * 127.5).round().byte().numpy().tobytes() for _ in range(60)]
    assert set(drawn) <= allowed
    assert len(set(drawn)) > 10


def test_descending_trains_the_network_on_every_sample(images):
    labels = np.arange(10) % 2
    pictures = plain.Pictures(images, labels, Augmentation())
    torch.manual_seed(5)
    net = network(Cnn(width=4, depth=1), (1, 8, 8), 2)
    optimiser = plain.sgd(net, Recipe(epochs=1, batch=5, lr=0.05))
    batches = DataLoader(pictures, 5, shuffle=True)
    assert plain.descend(net, batches, optimiser, epochs=20) == 20 * 10
    assert (net(stacked(pictures)).argmax(1).numpy() == labels).all()


def test_a_member_trains_on_half_of_the_samples(table):
    task = Task(Mlp((4,)), Recipe(epochs=3, batch=2, lr=0.1), classes=2, seed=0)
    assert plain.training(0, task, table)() == 3 * 4
