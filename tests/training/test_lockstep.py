import math
from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from rounding import rounding
from torch.testing import assert_close

from truthserum.models.layers import Conv, Linear, initialise
from truthserum.seeds import Purpose, stream
from truthserum.training.batches import ImageBatches
from truthserum.training.lockstep import CHECK_EVERY, Diverged, Fit, Task, descend, filtered, train
from truthserum.training.recipe import Recipe

# The same float32 sums in another order, over two epochs of 20 rows in batches of 8.
NEAR = {"rtol": 0, "atol": rounding(steps=6)}


def state(net, k):
    """The weights and statistics of model k of a stack, by name."""
    return {name: value[k].clone() for name, value in net.state_dict().items()}


@pytest.mark.parametrize("architecture", ["mlp", "cnn", "wrn"])
@pytest.mark.parametrize("size", [4, 8])
def test_a_stack_trains_as_each_model_alone(fit, architecture, size):
    models = list(range(3, 3 + size))
    stack = fit(models, architecture)
    for k in (0, size - 1):
        assert_close(state(stack, k), state(fit([models[k]], architecture), 0), **NEAR)


def test_stacks_of_a_shard_may_be_cut_anywhere(fit):
    whole = fit(range(8))
    for part in (range(4), range(4, 8)):
        stack = fit(part)
        for k, model in enumerate(part):
            assert_close(state(stack, k), state(whole, model), **NEAR)


@pytest.mark.parametrize("architecture", ["mlp", "cnn"])
def test_the_same_stack_gives_the_same_bits(fit, architecture):
    first, second = fit([1, 2], architecture), fit([1, 2], architecture)
    for name, value in first.state_dict().items():
        assert torch.equal(value, second.state_dict()[name])


def test_a_model_does_not_depend_on_what_the_others_are_trained_on(fit, make_rows):
    rows = make_rows([0, 1, 2])
    other = rows.copy()
    other[[0, 2]] = 59 - other[[0, 2]]
    first, second = fit(range(3), rows=rows), fit(range(3), rows=other)
    assert_close(state(first, 1), state(second, 1), rtol=0, atol=0)
    assert not torch.equal(first.head.weight[0], second.head.weight[0])


def naive_images(x, rows, augmenting):
    """Flip and reflect-pad-2 crops of one batch, image by image, as [-1, 1] floats."""
    down, right = augmenting.integers(0, 5, (2, len(rows)))
    flips = augmenting.integers(0, 2, len(rows))
    out = []
    for row, i, j, flip in zip(rows, down, right, flips, strict=True):
        padded = np.pad(x[row], ((0, 0), (2, 2), (2, 2)), mode="reflect")
        image = padded[:, i : i + 8, j : j + 8]
        out.append(image[..., ::-1] if flip else image)
    return torch.tensor(np.stack(out) / 127.5 - 1, dtype=torch.float32)


@pytest.mark.parametrize(
    "changes",
    [
        {"schedule": "official"},
        {"schedule": "triangle", "nesterov": True},
        {"schedule": "constant", "weight_decay": 0.1, "momentum": 0.5},
    ],
)
def test_training_equals_a_plain_loop(fit, images, make_rows, changes):
    """torch.optim.SGD and cross-entropy on one model, with the order and images of its streams."""
    (x, y), model = images, 6
    (rows,) = make_rows([model])
    net = fit.architectures["mlp"].build(1, x.shape[1:], fit.classes)
    initialise(net, [stream(fit.seed, Purpose.WEIGHTS, model)])
    options = {"momentum": 0.9, "weight_decay": 5e-4} | changes
    schedule, decay = options.pop("schedule"), options.pop("weight_decay")
    named = list(net.named_parameters())
    groups = [
        {"params": [p for name, p in named if name.endswith("weight")], "weight_decay": decay},
        {"params": [p for name, p in named if name.endswith("bias")]},
    ]
    optimiser = torch.optim.SGD(groups, lr=1.0, **options)
    shuffling = stream(fit.seed, Purpose.ORDER, model)
    augmenting = stream(fit.seed, Purpose.AUGMENTATION, model)
    # 2 epochs of 20 rows in full batches of 8 are 6 steps, which begin a third pass
    order = np.concatenate([shuffling.permutation(rows) for _ in range(3)])
    for step in range(6):
        p = step / 6
        rate = {
            "official": math.cos(7 * math.pi * p / 16) * min(100 * p, 1),
            "triangle": p / 0.15 if p < 0.15 else (1 - p) / 0.85,
            "constant": 1,
        }[schedule]
        for group in optimiser.param_groups:
            group["lr"] = 0.05 * rate
        chosen = order[8 * step : 8 * step + 8]
        optimiser.zero_grad()
        logits = net(naive_images(x, chosen, augmenting)[None])[0]
        F.cross_entropy(logits, torch.tensor(y[chosen])).backward()
        optimiser.step()
    trained = fit([model], "mlp", **changes)
    assert_close(state(trained, 0), state(net, 0), **NEAR)


def test_rows_that_are_not_kept_are_as_if_they_were_not_there(fit, make_rows, images, cpu):
    """As a training set of the others alone, but for as many steps as all rows take."""
    models, rows = [4, 5], make_rows([4, 5])
    kept = np.arange(20) < np.array([[20], [10]])
    x, y = images
    recipe = Recipe(epochs=2, batch=8, lr=0.05)
    task = Task(fit.architectures["mlp"], recipe, fit.classes, fit.seed)
    batches = ImageBatches(x, recipe.augmentation, cpu)
    own = partial(filtered, kept)
    net = train(Fit(task, batches, y, rows, models), own, lambda images: None)
    plain = {"augmentation": recipe.augmentation}
    whole = fit([4], "mlp", rows=rows[:1], **plain)
    fewer = fit([5], "mlp", rows=rows[1:, :10], epochs=3, **plain)  # 6 steps, too
    for k, alone in enumerate((whole, fewer)):
        assert_close(state(net, k), state(alone, 0), **NEAR)


def test_weight_decay_is_for_kernels_only(fit, images):
    """One step of decay takes lr x decay x weight off each kernel and nothing off the rest."""
    one_step = {"schedule": "constant", "momentum": 0.0, "lr": 0.1, "epochs": 0.1}
    net = fit.architectures["cnn"].build(1, images[0].shape[1:], fit.classes)
    initialise(net, [stream(fit.seed, Purpose.WEIGHTS, 2)])
    without, decayed = (fit([2], "cnn", weight_decay=d, **one_step) for d in (0, 3))
    for (name, initial), *after in zip(
        net.named_parameters(), without.parameters(), decayed.parameters(), strict=True
    ):
        kernel = type(net.get_submodule(name.rpartition(".")[0])) in (Conv, Linear)
        decay = 0.1 * 3 * initial if kernel and name.endswith("weight") else 0
        assert_close(after[1], after[0] - decay, rtol=1e-5, atol=1e-6)


@pytest.fixture
def one_unruly(images, make_rows):
    """Rows of three models: the first and last see one class, the middle one all four."""
    _, y = images
    rows = make_rows([4, 5, 6], n=12)
    rows[0] = rows[2] = np.flatnonzero(y == 0)[:12]
    return rows


def test_the_model_that_diverges_is_named(fit, one_unruly):
    wild = {"lr": 1e6, "epochs": 60, "weight_decay": 0.0}
    with pytest.raises(Diverged) as together:
        fit([4, 5, 6], "mlp", rows=one_unruly, **wild)
    with pytest.raises(Diverged) as alone:
        fit([5], "mlp", rows=one_unruly[1:2], **wild)
    assert (together.value.model, together.value.step) == (5, alone.value.step)
    fit([4, 6], "mlp", rows=one_unruly[[0, 2]], **wild)  # these two do not

    message = str(together.value)
    assert f"model 5 diverged: its loss is not finite at step {alone.value.step} of 120" in message
    assert "try a lower recipe.lr" in message


@pytest.mark.parametrize("first", [0, 1, CHECK_EVERY, CHECK_EVERY + 1, 119])
def test_the_first_step_and_model_that_are_not_finite_are_named(first):
    """Models 8 and 9 from there on, and 7 one step later."""
    weight = torch.zeros(1, requires_grad=True)
    weight.grad = torch.ones(1)
    losses = torch.zeros(120, 3)
    losses[first:, 1:] = torch.nan
    losses[first + 1 :, 0] = torch.inf
    with pytest.raises(Diverged, match=f"model 8 diverged: .* at step {first} of 120"):
        descend(torch.optim.SGD([weight]), [0.1] * 120, iter(losses), [7, 8, 9], lambda: None)


def test_divergence_in_the_last_steps_is_seen(fit):
    with pytest.raises(Diverged):
        fit([0], "cnn", lr=1e38, epochs=1)


def test_training_stops_soon_after_a_divergence(fit):
    counted = []
    with pytest.raises(Diverged):
        fit([0], "cnn", lr=1e38, epochs=1000, advance=counted.append)
    assert len(counted) <= CHECK_EVERY + 1


def test_progress_counts_images(fit):
    counted = []
    fit([0, 1, 2], "mlp", epochs=1, advance=counted.append)
    assert counted == [3 * 8] * 3  # 20 rows in batches of 8


def test_the_stack_comes_back_in_evaluation_mode(fit):
    assert not any(module.training for module in fit([0]).modules())
