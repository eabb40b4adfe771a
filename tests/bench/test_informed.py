"""The contestants train the same models as the trainer, so that only speed differs."""

import numpy as np
import pytest
import torch

from truthserum.bench import informed
from truthserum.data.images import Images
from truthserum.models.layers import initialise
from truthserum.models.mlp import Mlp
from truthserum.training.informed_recipe import InformedRecipe
from truthserum.training.lockstep import Task

MLP, FIXED = Mlp((5,), "elu"), 12
RECIPE = InformedRecipe(steps=7, lr=0.2)


@pytest.fixture
def images():
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 256, (20, 1, 4, 4), dtype=np.uint8), rng.integers(0, 3, 20)
    return Images(x, y, x[:0], y[:0], classes=3)


def test_plain_network_equals_a_stack_of_one():
    stack, net = MLP.build(1, (1, 4, 4), 3), informed.Plain(MLP, 16, 3)
    initialise(stack, [np.random.default_rng(1)])
    tensors = {name: value[0] for name, value in stack.state_dict().items()}
    tensors |= {name: value.T for name, value in tensors.items() if value.ndim == 2}
    net.load_state_dict(tensors)
    x = torch.rand(6, 16, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(net(x), stack(x[None])[0])


def test_loop_and_vmap_end_with_the_same_models(images, monkeypatch):
    """From the same initial weights: what each has after its last step."""
    made = []

    class Noted(informed.Plain):
        def __init__(self, *arguments):
            torch.manual_seed(len(made) % 3)
            super().__init__(*arguments)
            made.append(self)

    monkeypatch.setattr(informed, "Plain", Noted)
    informed.looped(MLP, RECIPE, images, FIXED, models=3)
    stack = informed.vmapped(MLP, RECIPE, images, FIXED, models=3)
    for k, net in enumerate(made[:3]):
        for name, value in net.named_parameters():
            torch.testing.assert_close(stack[name][k], value.detach(), rtol=1e-4, atol=1e-5)


def test_a_stack_counts_its_models(images):
    task = Task(MLP, RECIPE, images.classes, seed=0)
    assert informed.stacked(1, task, images, FIXED, stack=3, precision="bfloat16")() == 3
