"""The contests of whole trainers, each with tiny numbers and one process."""

import numpy as np
import pytest
import torch

from truthserum.bench.tasks import informed, training
from truthserum.data.images import Images
from truthserum.data.tabular import Column, Table

torch.set_num_threads(1)


@pytest.fixture
def short(monkeypatch):
    """One round, of small products."""
    for module in (informed, training):
        monkeypatch.setattr(module, "ROUNDS", 1)
        monkeypatch.setattr(module, "SIDE", 8)


@pytest.fixture
def table(tmp_path):
    x = np.column_stack([np.arange(16), np.arange(16) % 3]).astype(np.float32)
    y = np.arange(16) % 2
    path = tmp_path / "table.npz"
    Table(x, y, x, y, 2, (Column("age"), Column("kind", ("a", "b", "c")))).save(path)
    return path


@pytest.fixture
def images(tmp_path):
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 256, (20, 1, 8, 8), dtype=np.uint8), rng.integers(0, 3, 20)
    path = tmp_path / "images.npz"
    Images(x, y, x[:4], y[:4], classes=3).save(path)
    return path


def test_a_table_decides_for_the_contest_of_rows(short, table, measured):
    recipe = {"epochs": 2, "batch": 4, "lr": 0.1}
    found = measured(training.Training({"mlp": {"widths": [4]}}, recipe, stack=2), table)
    ours, loop = found["trainer, rows of a table"], found["plain loop, rows of a table"]
    assert found["trainer over plain loop, rows of a table"] == pytest.approx([ours[0] / loop[0]])
    peak = found["peak of float32 products beside rows of a table"][0] * 1e9
    # forward and the weights' gradient of 4 inputs x 4, all three ways of 4 x 2; two each
    operations = 2 * (2 * 4 * 4 + 3 * 4 * 2)
    share = 100 * ours[0] * operations / peak
    assert found["share of that peak, rows of a table"] == pytest.approx([share])


def test_shadow_models_are_timed_in_every_way(short, images, measured):
    model = {"mlp": {"widths": [3], "activation": "elu"}}
    recipe = {"steps": 4, "lr": 0.1}
    found = measured(informed.Informed(model, recipe, fixed=8, stack=2, chunk=2), images)
    exact = found["shadow models, float32 products"][0]
    vmaps = found["shadow models, torch.func.vmap"][0]
    assert found["float32 products over vmap"] == pytest.approx([exact / vmaps])
    assert found["largest error of a weight, float32 products"][0] < 1e-5
    assert len([name for name in found if " over " in name]) == 6
