import numpy as np
import pytest
import torch

from truthserum.models.cnn import Cnn
from truthserum.models.mlp import Mlp
from truthserum.reconstruction.engine.autograd import Trainer
from truthserum.reconstruction.engine.batches import Records
from truthserum.reconstruction.engine.recipe import InformedRecipe
from truthserum.reconstruction.engine.shard import stacks, trainer
from truthserum.training.device import Device
from truthserum.training.lockstep import Task


@pytest.mark.parametrize(
    ("models", "released", "size", "expected"),
    [
        (range(0, 10), 4, 3, [(0, 3), (3, 4), (4, 7), (7, 10)]),
        (range(5, 9), 4, 3, [(5, 8), (8, 9)]),
        (range(0, 3), 4, 8, [(0, 3)]),
        (range(2, 6), 4, 100, [(2, 4), (4, 6)]),
    ],
)
def test_no_stack_holds_both_released_and_other_models(models, released, size, expected):
    assert stacks(models, released, size) == [range(*ends) for ends in expected]


def test_only_dense_models_have_an_engine_of_their_own():
    cpu, shape = Device("cpu", torch.float32), (1, 4, 4)
    fixed = Records.of(np.zeros((3, *shape), np.uint8), np.zeros(3, np.int64), cpu)
    for architecture, general in ((Cnn(2, 1), True), (Mlp((2,)), False)):
        task = Task(architecture, InformedRecipe(steps=1), 2, 0)
        made = trainer(task, fixed, shape, cpu)
        assert isinstance(made, Trainer) == general
        state = made(fixed[:2], [0, 1], lambda rows: None)
        architecture.build(2, shape, 2).load_state_dict(state)
