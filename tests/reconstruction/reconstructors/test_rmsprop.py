"""The optimiser of the notebook, against its formula and against torch's own."""

import numpy as np
import pytest
import torch
from rounding import rounding

from truthserum.reconstruction.reconstructors.rmsprop import RMSprop


def trained(optimiser, weight, gradients):
    for gradient in gradients:
        weight.grad = torch.from_numpy(gradient)
        optimiser.step()
    return weight.detach().numpy()


@pytest.fixture
def gradients():
    rng = np.random.default_rng(0)
    return [rng.standard_normal(5) * 10.0 ** np.arange(-6, 4, 2) for _ in range(7)]


def test_it_is_the_formula(gradients):
    weight = torch.nn.Parameter(torch.ones(5, dtype=torch.float64))
    expected, average = np.ones(5), np.zeros(5)
    for gradient in gradients:
        average = 0.9 * average + 0.1 * gradient**2
        expected = expected * (1 - 0.01 * 0.5) - 0.01 * gradient / np.sqrt(average + 1e-8)
    found = trained(RMSprop([weight], 0.01, weight_decay=0.5), weight, gradients)
    np.testing.assert_allclose(found, expected, rtol=rounding(len(gradients), dtype=torch.float64))


def test_only_small_gradients_move_less_than_by_torchs_own(gradients):
    ours, other = (torch.nn.Parameter(torch.zeros(5, dtype=torch.float64)) for _ in range(2))
    trained(RMSprop([ours], 0.01, weight_decay=0.0), ours, gradients[:1])
    trained(torch.optim.RMSprop([other], 0.01, alpha=0.9), other, gradients[:1])
    ratio = (ours / other).detach().numpy()
    assert ratio[0] < 0.1 and ratio[-1] == pytest.approx(1, abs=1e-6)


def test_a_schedule_sets_its_rate(gradients):
    weight = torch.nn.Parameter(torch.zeros(5, dtype=torch.float64))
    optimiser = RMSprop([weight], 0.01, weight_decay=0.0)
    optimiser.param_groups[0]["lr"] = 0.0
    assert not trained(optimiser, weight, gradients).any()
