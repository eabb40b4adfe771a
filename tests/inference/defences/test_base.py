import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from rounding import rounding

from truthserum import registry
from truthserum.inference.defences.base import Undefended
from truthserum.training.batches import ImageBatches
from truthserum.training.device import Device
from truthserum.training.lockstep import Fit, plain, train
from truthserum.training.recipe import Augmentation, Recipe

OPTIONS = {"dpsgd": {"epsilon": 2.0, "delta": 1e-3}}
EVERY = [registry.load("defence", name) for name in registry.names("defence")]


def test_without_a_defence_training_is_as_it_was(defend, labelled, rows):
    weights, kept = defend(Undefended())
    batches = ImageBatches(labelled[0], Augmentation(), Device("cpu", torch.float32))
    fit = Fit(defend.task, batches, labelled[1], rows, range(3))
    net = train(fit, plain, lambda images: None)
    assert kept.all()
    assert kept.shape == rows.shape
    assert all(torch.equal(weights[name], value) for name, value in net.state_dict().items())


@pytest.mark.parametrize("name", registry.names("defence"))
def test_a_model_does_not_depend_on_its_stack(defend, labelled, rows, name):
    """Nor on how many rows the others lose: the last is full of copies and wrong labels."""
    x, labels = (np.concatenate([part, part[:30]]) for part in labelled)
    labels[80:95] = 1 - labels[80:95]
    rows = np.concatenate([rows[:2], np.r_[0:10, 80:110][None]])
    defence = registry.load("defence", name)(**OPTIONS.get(name, {}))
    together, kept = defend(defence, x, labels, rows, range(3))
    for k in range(3):
        alone, own = defend(defence, x, labels, rows[[k]], range(k, k + 1))
        assert (own[0] == kept[k]).all()
        for parameter, value in alone.items():
            near = rounding(steps=20)  # 4 epochs of 40 rows in batches of 8
            assert torch.allclose(value[0], together[parameter][k], rtol=0, atol=near), parameter


@pytest.mark.parametrize("name", ["none", "copies", "conflicts", "losses"])
def test_what_only_chooses_rows_goes_with_everything(name):
    recipe = Recipe(epochs=1, batch=4, lr=0.1, augmentation=Augmentation(flip=True))
    assert registry.load("defence", name)().check("wrn", recipe, 10) is None


def test_checking_a_config_loads_no_torch():
    folder = Path(registry.__file__).parents[1]
    code = (
        "import sys; from truthserum import registry\n"
        "from truthserum.training.recipe import Recipe\n"
        f"for name in registry.names('defence'):\n"
        f"    defence = registry.load('defence', name)(**{OPTIONS!r}.get(name, {{}}))\n"
        "    defence.check('mlp', Recipe(epochs=1, batch=4, lr=0.1), 10)\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=folder)
