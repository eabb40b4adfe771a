"""The contestants train the same models as the trainer, so that only speed differs."""

import numpy as np
import pytest
import torch
from rounding import rounding

from truthserum.bench import informed
from truthserum.bench.plain import network
from truthserum.data.images import Images
from truthserum.models.mlp import Mlp
from truthserum.reconstruction.engine.recipe import InformedRecipe
from truthserum.training.lockstep import Task

MLP, FIXED = Mlp((5,), "elu"), 12
RECIPE = InformedRecipe(steps=7, lr=0.2)
NEAR = rounding(RECIPE.steps)


@pytest.fixture
def images():
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 256, (20, 1, 4, 4), dtype=np.uint8), rng.integers(0, 3, 20)
    return Images(x, y, x[:0], y[:0], classes=3)


@pytest.mark.parametrize("batches", [informed.whole, informed.loaded])
def test_loop_and_vmap_end_with_the_same_models(images, monkeypatch, batches):
    """From the same initial weights: what each has after its last step."""
    made = []

    def noted(*arguments):
        torch.manual_seed(len(made) % 3)
        made.append(network(*arguments))
        return made[-1]

    monkeypatch.setattr(informed, "network", noted)
    informed.looped(MLP, RECIPE, images, FIXED, 3, batches)
    stack = informed.vmapped(MLP, RECIPE, images, FIXED, models=3)
    for k, net in enumerate(made[:3]):
        for name, value in net.named_parameters():
            torch.testing.assert_close(stack[name][k], value.detach(), rtol=0, atol=NEAR)


def test_a_stack_counts_its_models(images):
    task = Task(MLP, RECIPE, images.classes, seed=0)
    assert informed.stacked(1, task, images, FIXED, stack=3, precision="bfloat16")() == 3


def test_rounding_is_what_precision_leaves(images):
    """All ways train the same model, none exactly."""
    task = Task(MLP, RECIPE, images.classes, seed=0)
    errors = informed.rounding(task, images, FIXED, stack=3)
    assert set(errors) == {"loop", "float32", "bfloat16"}
    assert 0 < errors["loop"] < NEAR and 0 < errors["float32"] < NEAR
    # Of 13 records, one changes much in a step.
    assert 0 < errors["bfloat16"] < torch.finfo(torch.bfloat16).eps
