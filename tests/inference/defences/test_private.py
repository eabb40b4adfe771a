from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from rounding import rounding
from scipy import stats

from truthserum.inference.defences.private import noisy
from truthserum.models.layers import initialise
from truthserum.seeds import Purpose, stream
from truthserum.training.batches import ImageBatches
from truthserum.training.lockstep import Fit, Task, train
from truthserum.training.recipe import Recipe

RECIPE = {"epochs": 1, "batch": 8, "lr": 0.05, "schedule": "constant", "weight_decay": 0.0}


@pytest.fixture
def fit_private(fit, images, make_rows, cpu):
    """fit_private(models, clip, noise, **recipe): the stack trained by DP-SGD."""
    x, y = images

    def run(models, clip=1.0, noise=0.0, advance=lambda images: None, **changes):
        task = Task(fit.architectures["mlp"], Recipe(**RECIPE | changes), fit.classes, fit.seed)
        batches = ImageBatches(x, task.recipe.augmentation, cpu)
        rows = make_rows(models)
        return train(Fit(task, batches, y, rows, models), partial(noisy, clip, noise), advance)

    return run


def weights(net):
    return torch.cat([value.flatten(1) for value in net.parameters()], 1).detach()


def test_training_equals_a_plain_loop(fit, fit_private, images, make_rows):
    """One model, one example at a time, with the samples and the noise of its streams."""
    (x, y), model, clip, noise = images, 6, 0.5, 0.8
    (rows,) = make_rows([model])
    net = fit.architectures["mlp"].build(1, x.shape[1:], fit.classes)
    initialise(net, [stream(fit.seed, Purpose.WEIGHTS, model)])
    optimiser = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    sampling, adding = (stream(fit.seed, p, model) for p in (Purpose.ORDER, Purpose.NOISE))
    for _ in range(6):  # 2 epochs of 20 rows in batches of 8
        sums = [torch.zeros_like(p) for p in net.parameters()]
        for row in rows[sampling.random(20) < 8 / 20]:
            image = torch.tensor(x[row] / 127.5 - 1, dtype=torch.float32)[None, None]
            loss = F.cross_entropy(net(image)[0], torch.tensor(y[[row]]))
            own = torch.autograd.grad(loss, list(net.parameters()))
            norm = torch.cat([g.flatten() for g in own]).norm()
            for total, g in zip(sums, own, strict=True):
                total += g * min(1, clip / norm)
        for parameter, total in zip(net.parameters(), sums, strict=True):
            normal = adding.standard_normal(total.shape[1:], np.float32)
            parameter.grad = (total + noise * clip * torch.tensor(normal)[None]) / 8
        optimiser.step()
    assert torch.allclose(
        weights(fit_private([model], clip, noise, epochs=2)),
        weights(net),
        rtol=0,
        atol=rounding(steps=6),
    )


def test_the_noise_has_its_deviation(fit_private):
    """One step of rate 1: what the noise moves is lr x noise x clip / batch."""
    step = {"epochs": 1, "batch": 20, "momentum": 0.0, "lr": 1.0}
    models = range(8)
    moved = weights(fit_private(models, 0.5, 3.0, **step)) - weights(
        fit_private(models, 0.5, **step)
    )
    expected = 3.0 * 0.5 / 20
    assert stats.kstest(moved.flatten() / expected, "norm").pvalue > 1e-3
    correlation = np.corrcoef(moved)[np.triu_indices(8, 1)]
    assert abs(correlation).max() < 4 / np.sqrt(moved.shape[1])  # of its own in each model


def test_models_do_not_depend_on_their_stack(fit_private):
    whole = weights(fit_private(range(8), noise=1.0, epochs=3))
    for part in (range(4), range(4, 8), [2]):
        alone = weights(fit_private(part, noise=1.0, epochs=3))
        assert torch.allclose(alone, whole[list(part)], rtol=0, atol=rounding(steps=9))


def test_progress_counts_what_is_expected_of_a_sample(fit_private):
    counted = []
    fit_private([0, 1], advance=counted.append)
    assert counted == [2 * 8] * 3
