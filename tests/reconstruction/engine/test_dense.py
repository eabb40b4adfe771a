"""The engine against one model at a time in float64, by autograd."""

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from rounding import rounding

from truthserum.models.activations import ACTIVATIONS
from truthserum.models.mlp import Mlp
from truthserum.reconstruction.engine import dense
from truthserum.reconstruction.engine.batches import Records
from truthserum.reconstruction.engine.recipe import InformedRecipe, Privacy
from truthserum.seeds import Purpose, stream
from truthserum.training.batches import Order
from truthserum.training.device import Device
from truthserum.training.lockstep import Diverged, Task

CLASSES, SEED, FIXED = 4, 11, 60
RECIPE = InformedRecipe(steps=12, lr=0.3)
NEAR = {"rtol": 0, "atol": rounding(RECIPE.steps)}


@pytest.fixture(scope="module")
def images():
    """100 images [100, 1, 6, 6] with a dark border in the first 60, and their labels."""
    rng = np.random.default_rng(5)
    labels = rng.integers(0, CLASSES, 100)
    x = rng.integers(0, 200, (100, 1, 6, 6)) + 15 * labels[:, None, None, None]
    x[:FIXED, :, 0] = x[:FIXED, :, :, 0] = 0
    return x.astype(np.uint8), labels


def records(images, at):
    device = Device("cpu", torch.float32)
    return Records.of(images[0][at], images[1][at], device)


def fit(images, models, recipe=RECIPE, mlp=None, dtype=torch.float32, candidates=None):
    """The trained stack of these models; model i's record is image 60 + i."""
    models = list(models)
    task = Task(mlp or Mlp((7,), "elu"), recipe, CLASSES, SEED)
    fixed = records(images, np.arange(FIXED))
    train = dense.Trainer.of(task, fixed, dtype)
    asked = None if candidates is None else records(images, FIXED + np.array(candidates))
    private = records(images, FIXED + np.array(models))
    return train(private, models, lambda rows: None, asked)


class Alone:
    """One model in float64: its records, weights, and gradients of single records."""

    def __init__(self, images, model, recipe, mlp):
        rows = [*range(FIXED), FIXED + model]
        self.x = torch.tensor(images[0][rows]).flatten(1).double() / 255
        self.y = torch.tensor(images[1][rows])
        self.activation = ACTIVATIONS[mlp.activation].layer()
        task = Task(mlp, recipe, CLASSES, SEED)
        drawn = dense.initial(task, self.x.shape[1], [model], "cpu")
        self.layers = [
            [w[0, :, :-1].double().requires_grad_(), w[0, :, -1].double().requires_grad_()]
            for w in drawn
        ]
        self.parameters = [parameter for layer in self.layers for parameter in layer]

    def loss(self, x, y):
        for weight, bias in self.layers[:-1]:
            x = self.activation(x @ weight.T + bias)
        weight, bias = self.layers[-1]
        return F.cross_entropy(x @ weight.T + bias, y)

    def clipped(self, x, y, norm):
        """The gradient of one record, layer by layer with the bias last, within the norm."""
        flat = torch.autograd.grad(self.loss(x[None], y[None]), self.parameters)
        pairs = zip(flat[::2], flat[1::2], strict=True)
        whole = torch.cat([torch.cat([w, b[:, None]], 1).flatten() for w, b in pairs])
        return whole * min(1, norm / whole.norm().item())

    def place(self, whole):
        """Lay a flat gradient, as `clipped` makes it, into the parameters' grad."""
        for weight, bias in self.layers:
            part, whole = whole[: weight.numel() + len(bias)], whole[weight.numel() + len(bias) :]
            part = part.view(len(bias), -1)
            weight.grad, bias.grad = part[:, :-1].clone(), part[:, -1].clone()


def batches_alone(recipe, model):
    if recipe.batch is None:
        return [np.arange(FIXED + 1)] * recipe.steps
    key = (model,) if recipe.order == "unknown" else ()
    order = Order(np.arange(FIXED + 1)[None], [stream(SEED, Purpose.ORDER, *key)], recipe.batch)
    return [next(order)[0] for _ in range(recipe.steps)]


def naive(images, model, recipe, mlp=None, candidates=()):
    """What the engine should return for one model, in float64."""
    alone = Alone(images, model, recipe, mlp or Mlp((7,), "elu"))
    if recipe.optimiser == "sgd":
        optimiser = torch.optim.SGD(alone.parameters, recipe.lr, recipe.momentum)
    else:
        optimiser = torch.optim.Adam(alone.parameters, recipe.lr, (recipe.momentum, 0.999))
    noise, scores = stream(SEED, Purpose.NOISE, model), np.zeros(len(candidates))
    for rows in batches_alone(recipe, model):
        optimiser.zero_grad()
        if recipe.privacy is None:
            alone.loss(alone.x[rows], alone.y[rows]).backward()
        else:
            norm, deviation = recipe.privacy.clip, recipe.privacy.noise * recipe.privacy.clip
            known = sum(alone.clipped(alone.x[j], alone.y[j], norm) for j in range(FIXED))
            drawn = torch.from_numpy(noise.standard_normal(len(known), np.float32))
            released = known + alone.clipped(alone.x[-1], alone.y[-1], norm) + deviation * drawn
            for q, candidate in enumerate(candidates):
                x = torch.tensor(images[0][FIXED + candidate]).flatten().double() / 255
                c = alone.clipped(x, torch.tensor(images[1][FIXED + candidate]), norm)
                gain = (released - known) @ c - c @ c / 2
                scores[q] += gain.item() / (deviation or 1) ** 2
            alone.place(released / (FIXED + 1))
        optimiser.step()
    tensors = {}
    for i, (weight, bias) in enumerate(alone.layers):
        tensors[f"layers.{i}.weight"] = weight.detach().T.float()
        tensors[f"layers.{i}.bias"] = bias.detach().float()
    return tensors, scores


def assert_equal(stack, k, expected):
    for name, value in expected.items():
        torch.testing.assert_close(stack[name][k], value, **NEAR)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"momentum": 0.0, "initialisation": "own"},
        {"optimiser": "adam", "lr": 0.01},
        {"batch": 13},
        {"batch": 13, "order": "unknown"},
        {"batch": 100, "order": "unknown", "initialisation": "own"},  # more rows than there are
        {"batch": 1, "lr": 0.03, "steps": 70},
    ],
    ids=str,
)
def test_training_equals_one_model_by_autograd(images, changes):
    recipe = replace(RECIPE, **changes)
    stack = fit(images, [3, 0, 8], recipe)
    for k, model in enumerate([3, 0, 8]):
        assert_equal(stack, k, naive(images, model, recipe)[0])


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
@pytest.mark.parametrize("widths", [(5,), (6, 9, 3)])
def test_every_activation_and_depth(images, activation, widths):
    mlp = Mlp(widths, activation)
    stack = fit(images, [0, 1], mlp=mlp)
    assert_equal(stack, 1, naive(images, 1, RECIPE, mlp)[0])


@pytest.mark.parametrize("privacy", [Privacy(0.5, 0.3), Privacy(2.0, 0.0), Privacy(1e6, 0.0)])
def test_private_training_equals_a_loop_over_records(images, privacy):
    """Clip norms below and above the norms of the gradients, with noise and without."""
    recipe = replace(RECIPE, steps=6, privacy=privacy)
    asked = [[3, 1, 5], [2, 7, 0]]
    stack = fit(images, [3, 0], recipe, candidates=asked)
    for k, model in enumerate([3, 0]):
        tensors, scores = naive(images, model, recipe, candidates=asked[k])
        assert_equal(stack, k, tensors)
        near = rounding(recipe.steps) * abs(scores).max()
        np.testing.assert_allclose(stack["loglikelihood"][k], scores, rtol=0, atol=near)


def test_clipping_at_an_infinite_norm_is_no_privacy(images):
    recipe = replace(RECIPE, privacy=Privacy(1e9, 0.0))
    assert_equal(fit(images, [2], recipe), 0, {k: v[0] for k, v in fit(images, [2]).items()})


def test_noise_has_its_deviation(images):
    """One step of plain descent adds lr x noise x clip / n to each weight, no two alike."""
    once = replace(RECIPE, steps=1, lr=1.0, momentum=0.0)
    noisy, clipped = (
        fit(images, range(8), replace(once, privacy=Privacy(0.5, noise)), Mlp((50,), "elu"))
        for noise in (4.0, 0.0)
    )
    added = torch.cat([(noisy[k] - clipped[k]).flatten(1) for k in noisy], 1) * (FIXED + 1)
    count = added.numel()
    assert abs(added.std() / 2 - 1) < 5 / (2 * count) ** 0.5
    assert abs(added.mean()) < 5 * 2 / count**0.5
    assert abs(torch.corrcoef(added) - torch.eye(8)).max() < 5 / added.shape[1] ** 0.5


def test_the_true_candidate_is_told_without_noise_and_hidden_by_much(images):
    models, block = list(range(8)), [list(range(8))] * 8
    few = replace(RECIPE, steps=5)
    told = fit(images, models, replace(few, privacy=Privacy(1.0, 0.0)), candidates=block)
    assert (told["loglikelihood"].argmax(1) == torch.arange(8)).all()
    hidden = fit(images, models, replace(few, privacy=Privacy(1.0, 1e3)), candidates=block)
    spread = hidden["loglikelihood"].amax(1) - hidden["loglikelihood"].amin(1)
    assert spread.max() < 0.05  # the likelihood ratios say nothing


@pytest.mark.parametrize(
    "changes",
    [{}, {"batch": 13, "order": "unknown"}, {"privacy": Privacy(1.0, 1.0)}],
    ids=["full", "batches", "private"],
)
def test_a_model_does_not_depend_on_its_stack(images, changes):
    recipe = replace(RECIPE, **changes)
    whole = fit(images, range(9), recipe)
    for part in ([4], [7, 4], range(5)):
        stack = fit(images, part, recipe)
        for k, model in enumerate(part):
            expected = {name: value[model] for name, value in whole.items()}
            assert_equal(stack, k, expected)


@pytest.mark.parametrize("changes", [{}, {"optimiser": "adam", "lr": 0.01}], ids=str)
def test_bfloat16_products_err_little_beside_what_a_record_changes(images, changes):
    """Also after many steps; and with 20 models, which are more than a part."""
    recipe = replace(RECIPE, steps=60, **changes)
    exact, close = (
        fit(images, range(20), recipe, dtype=dtype) for dtype in (torch.float32, torch.bfloat16)
    )
    for name, value in exact.items():
        error = (value - close[name]).square().mean().sqrt()
        assert 0 < error < 0.002 * value.std(0).square().mean().sqrt()


@pytest.mark.parametrize(
    "changes",
    [{"initialisation": "own"}, {"privacy": Privacy(1.0, 1.0)}, {"batch": 9}],
    ids=str,
)
def test_models_out_of_step_are_trained_in_float32(images, changes):
    recipe = replace(RECIPE, **changes)
    exact, other = (
        fit(images, [1, 2], recipe, dtype=dtype) for dtype in (torch.float32, torch.bfloat16)
    )
    assert all(torch.equal(value, other[name]) for name, value in exact.items())


def test_initial_weights(images):
    shared, own = (
        dense.initial(
            Task(Mlp((200,), "elu"), InformedRecipe(initialisation=kind), CLASSES, SEED),
            100,
            [0, 1],
            "cpu",
        )
        for kind in ("shared", "own")
    )
    assert torch.equal(shared[0][0], shared[0][1])
    assert not torch.equal(own[0][0], own[0][1])
    weights = shared[0][0, :, :-1] * 10  # in units of 1 / sqrt(in)
    assert weights.abs().max() <= 2
    # of a standard normal value within two deviations
    assert weights.std() == pytest.approx(0.8796, abs=5 * 0.88 / (2 * weights.numel()) ** 0.5)
    assert (shared[0][..., -1] == 0).all()


def test_the_shard_is_the_state_of_a_dense_stack(images):
    mlp = Mlp((7, 5), "tanh")
    net = mlp.build(2, (1, 6, 6), CLASSES)
    net.load_state_dict(fit(images, [0, 1], mlp=mlp))
    x = torch.rand(2, 3, 36)
    first, second, head = net.layers
    values = torch.tanh(x @ first.weight + first.bias[:, None])
    values = torch.tanh(values @ second.weight + second.bias[:, None])
    torch.testing.assert_close(net(x), values @ head.weight + head.bias[:, None])


def test_candidates_need_privacy(images):
    with pytest.raises(ValueError, match="recipe: privacy is none, allowed is some where"):
        fit(images, [0], candidates=[[0, 1]])


def test_the_model_that_diverges_is_named(images):
    wild = (images[0].copy(), images[1])
    recipe = replace(RECIPE, lr=1e30, steps=60)
    with pytest.raises(Diverged, match="model 5 diverged: its loss is not finite at step 1 of 60"):
        fit(wild, [5, 6], recipe, Mlp((7,), "relu"))


def test_progress_counts_records(images):
    task = Task(Mlp((3,), "elu"), replace(RECIPE, steps=2), CLASSES, SEED)
    fixed, counted = records(images, np.arange(FIXED)), []
    train = dense.Trainer.of(task, fixed, torch.float32)
    train(records(images, [70, 71]), [0, 1], counted.append)
    assert counted == [2 * (FIXED + 1)] * 2
