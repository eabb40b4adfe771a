"""The contests of whole trainers, each with tiny numbers and one process."""

import numpy as np
import pytest
import torch

from truthserum.bench.tasks import informed, training
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


def test_the_trainer_is_compared_with_two_loops_and_the_peak(short, table, measured):
    recipe = {"epochs": 2, "batch": 4, "lr": 0.1}
    task = training.Training(
        "rows", "rows", {"mlp": {"widths": [4]}}, recipe, stack=2, at_least=5, augmentation={}
    )
    found = measured(task, table)
    ours, careful, plain = (
        found[f"{way}, rows"][0] for way in ("trainer", "careful loop", "plain loop")
    )
    assert found["trainer over careful loop, rows"] == pytest.approx([ours / careful])
    assert found["trainer over plain loop, rows"] == pytest.approx([ours / plain])
    assert found["share of the peak of float32 products, rows"][0] > 0


def test_shadow_models_are_timed_in_every_way(short, images, measured):
    model = {"mlp": {"widths": [3], "activation": "elu"}}
    recipe = {"steps": 4, "lr": 0.1}
    found = measured(informed.Informed(model, recipe, fixed=8, stack=2, chunk=2), images)
    exact = found["shadow models, float32 products"][0]
    for other in ("vmap", "vmap, fixed set apart", "plain loop on tensors"):
        slower = found[f"shadow models, {other}"][0]
        assert found[f"float32 products over {other}"] == pytest.approx([exact / slower])
    assert found["largest error of a weight, float32 products"][0] < 1e-5
