import numpy as np
import pytest
import torch
from rounding import rounding

from truthserum.models.cnn import Cnn
from truthserum.models.layers import initialise
from truthserum.models.mlp import Mlp
from truthserum.reconstruction.views import Probe, flat, layers
from truthserum.training.device import choose


@pytest.fixture
def tensors():
    """Two layers 3-2-2 of one model, each number another one."""
    sizes = {"bias": (1, 2), "weight": (1, 3, 2)}, {"bias": (1, 2), "weight": (1, 2, 2)}
    made, start = {}, 0
    for i, parts in enumerate(sizes):
        for part, shape in parts.items():
            count = int(np.prod(shape))
            made[f"layers.{i}.{part}"] = torch.arange(start, start + count).float().view(shape)
            start += count
    return dict(reversed(made.items()))


def test_parameters_are_bias_then_weights_layer_by_layer(tensors):
    found = layers(Mlp((2,)).build(1, (3,), 2).state_dict())
    assert found == ["layers.0", "layers.1"]
    assert flat(tensors, found).tolist() == list(range(14))
    assert flat(tensors, found[-1:]).tolist() == list(range(8, 14))


def test_layers_are_in_the_order_of_the_network():
    many = layers(Mlp((1,) * 10).build(1, (3,), 2).state_dict())
    assert many == [f"layers.{i}" for i in range(11)]
    found = layers(Cnn(2, 2, normalise=False).build(1, (1, 8, 8), 2).state_dict())
    assert found == ["features.0", "features.1", "features.3", "features.4", "head"]


def test_all_numbers_of_a_convolutional_network_are_seen():
    net = Cnn(2, 2).build(1, (1, 8, 8), 2)
    initialise(net, [np.random.default_rng(0)])
    state, found = net.state_dict(), layers(net.state_dict())
    assert len(flat(state, found)) == sum(value.numel() for value in state.values())
    head = flat(state, found[-1:])
    assert torch.equal(head, torch.cat([net.head.bias.flatten(), net.head.weight.flatten()]))


def test_probe_gives_logits_and_accuracy_of_scaled_pixels():
    images = np.array([[[[0, 255]]], [[[51, 0]]]], np.uint8)
    net = Mlp((2,), "elu").build(1, (1, 1, 2), 2)
    for layer in net.layers:
        layer.weight.data = torch.tensor([[[-1.0, 0.5], [2.0, 1.0]]])
    probe = Probe.of(images, np.array([0, 0]), choose("cpu", "float32"))
    logits = probe.logits(net)
    hidden = np.array([[2.0, 1.0], [np.expm1(-0.2), 0.1]])
    np.testing.assert_allclose(logits, hidden @ [[-1, 0.5], [2, 1]], rtol=rounding())
    assert probe.accuracy(logits) == 0.5
