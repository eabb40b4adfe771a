"""Sizes by arithmetic are those of the networks that torch builds."""

import math

import pytest
import torch
from torch import nn

from truthserum.models.cnn import Cnn
from truthserum.models.layers import Conv, Linear
from truthserum.models.mlp import Mlp
from truthserum.models.size import network_of, size_of
from truthserum.models.wrn import WideResNet

NETWORKS = [
    (Mlp((5, 4)), (1, 8, 8)),
    (Cnn(width=2, depth=2), (3, 7, 6)),
    (Cnn(width=2, depth=3, normalise=False), (1, 8, 8)),
    (WideResNet(10, 1, stem=2), (1, 8, 8)),
    (WideResNet(16, 2, stem=2), (3, 8, 12)),
    (WideResNet(10, 2, stem=3), (2, 4, 4)),
]


def counted(net, record):
    """(parameters, multiplications of a forward pass), as the layers have them."""
    products = []

    def note(layer, inputs, output):
        weight = layer.weight[0]
        places = math.prod(output.shape[2:]) if isinstance(layer, Conv) else 1
        products.append(weight.numel() * places)

    for layer in net.modules():
        if isinstance(layer, Linear | Conv):
            layer.register_forward_hook(note)
    with torch.no_grad():
        net.eval()(record)
    return sum(parameter.numel() for parameter in net.parameters()), sum(products)


@pytest.mark.parametrize(("architecture", "shape"), NETWORKS, ids=str)
def test_the_size_is_that_of_what_is_built(architecture, shape):
    size = size_of(architecture, shape, 3)
    record = torch.zeros(1, 1, *shape)
    found = counted(architecture.build(1, shape, 3), record)
    assert (size.parameters, size.products) == found


def test_what_is_not_known_has_no_size():
    assert size_of(nn.Identity(), (1, 8, 8), 3) is None


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ({"cnn": {"depth": 20}}, r"model\.cnn\.depth: found 20, allowed are up to 5: each block"),
        ({"cnn": {"width": 20_000}}, r"model\.cnn\.width: found 20000, which makes 3.6e\+10 par"),
        ({"mlp": {"widths": [10**6, 2000]}}, r"model\.mlp\.widths: found \[1000000, 2000\], which"),
        ({"wrn": {"width": 10**6}}, r"model\.wrn\.width: found 1000000, which makes .* up to 1,0"),
    ],
)
def test_what_no_job_has_room_for_is_refused(model, sentence):
    with pytest.raises(ValueError, match=sentence):
        network_of(model, (1, 28, 28), 10)
