import pytest
import torch

from truthserum.models.activations import ACTIVATIONS
from truthserum.models.mlp import Mlp
from truthserum.reference import schemas


def test_dense_layers_may_have_any():
    # Said twice, as options are checked without torch.
    options = schemas({"mlp": Mlp})["mlp"]["properties"]
    assert options["activation"]["enum"] == list(ACTIVATIONS)


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_value_and_slope_are_those_of_autograd(name):
    activation = ACTIVATIONS[name]
    z = torch.cat([torch.linspace(-30, 30, 199), torch.tensor([-1e-4, 1e-4, 80.0, -200.0])])
    z.requires_grad_()
    expected = activation.layer()(z)
    (derivative,) = torch.autograd.grad(expected.sum(), z)
    value, slope = torch.empty(2, len(z))
    activation.sloped(z.detach().clone(), value, slope)
    torch.testing.assert_close(value, expected.detach(), rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(slope, derivative, rtol=1e-6, atol=1e-6)
