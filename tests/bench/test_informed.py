"""The contestants train the same models as the trainer, so that only speed differs."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from rounding import rounding

from truthserum.bench import informed
from truthserum.bench.networks import network
from truthserum.data.images import Images
from truthserum.models.mlp import Mlp
from truthserum.reconstruction.engine.recipe import InformedRecipe
from truthserum.training.lockstep import Task

MLP, FIXED = Mlp((5,), "elu"), 12
RECIPE = InformedRecipe(steps=7, lr=0.2)
NEAR = rounding(RECIPE.steps)


@pytest.fixture
def noted(monkeypatch):
    """The networks that are made; every third begins with the same weights."""
    made = []

    def network_of(*arguments):
        torch.manual_seed(len(made) % 3)
        made.append(network(*arguments))
        return made[-1]

    monkeypatch.setattr(informed, "network", network_of)
    return made


@pytest.fixture
def images():
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 256, (20, 1, 4, 4), dtype=np.uint8), rng.integers(0, 3, 20)
    return Images(x, y, x[:0], y[:0], classes=3)


@pytest.mark.parametrize("batches", [informed.whole, informed.loaded])
def test_loops_end_with_the_same_models_as_vmap(images, noted, batches):
    """From the same initial weights: what each has after its last step."""
    informed.looped(MLP, RECIPE, images, FIXED, 3, batches)
    ends = [dict(net.named_parameters()) for net in noted]
    for loss in (informed.appended, informed.apart):
        noted.clear()
        stack = informed.vmapped(MLP, RECIPE, images, FIXED, models=3, loss=loss)
        for k, end in enumerate(ends):
            for name, value in end.items():
                torch.testing.assert_close(stack[name][k], value.detach(), rtol=0, atol=NEAR)


@pytest.mark.parametrize("loss", ["appended", "apart"])
def test_jax_ends_with_the_same_models(images, noted, loss):
    in_jax = pytest.importorskip("truthserum.bench.in_jax", exc_type=ModuleNotFoundError)
    expected = informed.vmapped(MLP, RECIPE, images, FIXED, models=3, loss=informed.apart)
    noted.clear()
    found = in_jax.trained(MLP, RECIPE, images, FIXED, models=3, loss=getattr(in_jax, loss))
    assert list(found) == list(expected)
    for name, value in expected.items():
        torch.testing.assert_close(found[name], value, rtol=0, atol=NEAR)


def test_a_member_counts_whole_models(images):
    train = partial(informed.looped, MLP, images=images, fixed=FIXED, batches=informed.whole)
    recipe = replace(RECIPE, steps=10)
    assert informed.working(0, train, recipe, steps=5, models=3)() == 1.5


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
