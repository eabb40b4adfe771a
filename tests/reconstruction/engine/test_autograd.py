"""Convolutional stacks against one model at a time in float64."""

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from rounding import rounding

from truthserum.models.cnn import Cnn
from truthserum.models.layers import initialise
from truthserum.models.wrn import WideResNet
from truthserum.reconstruction.engine import autograd
from truthserum.reconstruction.engine.autograd import Trainer
from truthserum.reconstruction.engine.batches import Records
from truthserum.reconstruction.engine.recipe import InformedRecipe, Privacy
from truthserum.seeds import Purpose, stream
from truthserum.training.batches import Order
from truthserum.training.device import Device
from truthserum.training.lockstep import Diverged, Task

CLASSES, SEED, FIXED, SHAPE = 4, 11, 30, (2, 8, 7)
CPU = Device("cpu", torch.float32)
CNN = Cnn(width=3, depth=2, activation="elu", normalise=False)
RECIPE = InformedRecipe(steps=8, lr=0.1)
NEAR = {"rtol": 0, "atol": rounding(RECIPE.steps)}


@pytest.fixture(scope="module")
def images():
    """40 images [40, 2, 8, 7] and their labels."""
    rng = np.random.default_rng(5)
    labels = rng.integers(0, CLASSES, 40)
    x = rng.integers(0, 200, (40, *SHAPE)) + 15 * labels[:, None, None, None]
    return x.astype(np.uint8), labels


def fit(images, models, recipe=RECIPE, cnn=CNN, advance=lambda rows: None):
    """The trained stack of these models; model i's record is image 30 + i."""
    models = list(models)
    x, y = images
    fixed = Records.of(x[:FIXED], y[:FIXED], CPU)
    private = Records.of(x[FIXED:][models], y[FIXED:][models], CPU)
    return Trainer(Task(cnn, recipe, CLASSES, SEED), fixed, SHAPE, CPU)(private, models, advance)


def naive(images, model, recipe):
    """What one model should be, from torch's own functions in float64."""
    rows = [*range(FIXED), FIXED + model]
    x = torch.from_numpy(images[0][rows] / 255)
    y = torch.from_numpy(images[1][rows])
    key = (model,) if recipe.initialisation == "own" else ()
    net = CNN.build(1, SHAPE, CLASSES)
    initialise(net, [stream(SEED, Purpose.WEIGHTS, *key)])
    state = {k: v[0].double().requires_grad_() for k, v in net.state_dict().items()}

    def loss(x, y):
        for i in (0, 3):
            kernel, bias = state[f"features.{i}.weight"], state[f"features.{i + 1}.bias"]
            x = F.elu(F.conv2d(x, kernel, bias, stride=2, padding=1))
        flat = x.permute(0, 2, 3, 1).flatten(1)
        return F.cross_entropy(flat @ state["head.weight"] + state["head.bias"], y)

    if recipe.optimiser == "sgd":
        optimiser = torch.optim.SGD(state.values(), recipe.lr, recipe.momentum)
    else:
        optimiser = torch.optim.Adam(state.values(), recipe.lr, (recipe.momentum, 0.999))
    chosen = np.arange(FIXED + 1)
    if recipe.batch:
        key = (model,) if recipe.order == "unknown" else ()
        order = Order(chosen[None], [stream(SEED, Purpose.ORDER, *key)], recipe.batch)
    for _ in range(recipe.steps):
        if recipe.batch:
            chosen = next(order)[0]
        optimiser.zero_grad()
        loss(x[chosen], y[chosen]).backward()
        optimiser.step()
    return {name: value.detach().float() for name, value in state.items()}


def assert_equal(stack, k, expected):
    assert stack.keys() == expected.keys()
    for name, value in expected.items():
        torch.testing.assert_close(stack[name][k], value, **NEAR)


@pytest.mark.parametrize("part", [7, 1024])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"momentum": 0.0, "initialisation": "own"},
        {"optimiser": "adam", "lr": 0.01},
        {"batch": 13},
        {"batch": 13, "order": "unknown"},
        {"batch": 70, "order": "unknown", "initialisation": "own"},  # more rows than there are
    ],
    ids=str,
)
def test_training_equals_one_model_by_autograd(images, changes, part, monkeypatch):
    """Whole and in parts of three images a model."""
    monkeypatch.setattr(autograd, "PART", part)
    recipe = replace(RECIPE, **changes)
    stack = fit(images, [3, 0, 8], recipe)
    for k, model in enumerate([3, 0, 8]):
        assert_equal(stack, k, naive(images, model, recipe))


@pytest.mark.parametrize(
    "changes", [{}, {"batch": 13, "order": "unknown", "initialisation": "own"}], ids=str
)
@pytest.mark.parametrize("cnn", [CNN, Cnn(width=3, depth=2)], ids=["bias", "normalised"])
def test_a_model_does_not_depend_on_its_stack(images, changes, cnn, monkeypatch):
    monkeypatch.setattr(autograd, "PART", 20)
    recipe = replace(RECIPE, **changes)
    whole = fit(images, range(6), recipe, cnn)
    for part in ([4], [5, 4], range(3)):
        stack = fit(images, part, recipe, cnn)
        for k, model in enumerate(part):
            assert_equal(stack, k, {n: value[model] for n, value in whole.items()})


def test_models_in_step_differ_by_their_record_alone(images):
    same = images[0].copy(), images[1].copy()
    for each in same:
        each[FIXED + 1] = each[FIXED]
    stack = fit(same, [0, 1, 2], replace(RECIPE, batch=13))
    torch.testing.assert_close(stack["head.weight"][0], stack["head.weight"][1], **NEAR)
    assert abs(stack["head.weight"][0] - stack["head.weight"][2]).max() > 1e-3


def test_normalised_batches_are_not_taken_in_parts(images, monkeypatch):
    normalised = Cnn(width=3, depth=2)
    whole = fit(images, [0, 1], cnn=normalised)
    monkeypatch.setattr(autograd, "PART", 2)
    for name, value in fit(images, [0, 1], cnn=normalised).items():
        assert torch.equal(value, whole[name])


def test_any_architecture_that_builds_a_stack(images):
    images = np.pad(images[0], ((0, 0), (0, 0), (0, 0), (0, 1))), images[1]
    wrn = WideResNet(10, 1, stem=2)
    fixed, private = (Records.of(images[0][a:b], images[1][a:b], CPU) for a, b in ((0, 9), (9, 11)))
    task = Task(wrn, replace(RECIPE, steps=2, batch=4), CLASSES, SEED)
    state = Trainer(task, fixed, (2, 8, 8), CPU)(private, [0, 1], lambda rows: None)
    wrn.build(2, (2, 8, 8), CLASSES).load_state_dict(state)


def test_progress_counts_records(images):
    counted = []
    fit(images, [0, 1], replace(RECIPE, steps=2), advance=counted.append)
    fit(images, [0, 1], replace(RECIPE, steps=1, batch=5), advance=counted.append)
    assert counted == [2 * (FIXED + 1)] * 2 + [2 * 5]


def test_the_model_that_diverges_is_named(images):
    with pytest.raises(Diverged, match="model 5 diverged"):
        fit(images, [5, 6], replace(RECIPE, lr=1e30))


def test_privacy_is_refused(images):
    with pytest.raises(ValueError, match="recipe: privacy is given for the model 'cnn', allowed"):
        fit(images, [0], replace(RECIPE, privacy=Privacy(1.0, 1.0)))
