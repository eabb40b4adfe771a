import numpy as np
import pytest
import torch
import torch.nn.functional as F
from rounding import rounding
from scipy import stats
from torch.testing import assert_close

from truthserum.models.cnn import Cnn
from truthserum.models.layers import BatchNorm, Conv, Linear, initialise, normalisations
from truthserum.models.mlp import Mlp


def drawn(layer):
    """The weights of the two models of a layer, flat."""
    layer.reset([np.random.default_rng(k) for k in range(2)])
    return layer.weight.detach().flatten(1).double().numpy()


def test_dense_weights_are_truncated_normal_with_xaviers_deviation():
    deviation = np.sqrt(2 / (120 + 90))
    for values in drawn(Linear(2, 120, 90)):
        unit = stats.truncnorm(-2, 2)
        assert stats.kstest(values / deviation * unit.std(), unit.cdf).pvalue > 1e-3
        assert values.std() == pytest.approx(deviation, rel=0.02)
        assert abs(values).max() <= 2 * deviation / unit.std() * (1 + 1e-6)


def test_convolution_weights_are_normal_with_the_official_deviation():
    layer = Conv(2, 16, 40, 3)
    deviation = (0.5 * 3 * 3 * 40) ** -0.5
    for values in drawn(layer):
        assert stats.kstest(values / deviation, stats.norm.cdf).pvalue > 1e-3
        assert values.std() == pytest.approx(deviation, rel=0.03)


def test_biases_begin_at_zero_and_normalisation_at_identity():
    stack = Cnn(width=4).build(2, (1, 8, 8), 3)
    initialise(stack, [np.random.default_rng(k) for k in range(2)])
    assert not stack.head.bias.any()
    for layer in normalisations(stack):
        assert (layer.weight == 1).all()
        assert not layer.bias.any()


@pytest.mark.parametrize("architecture", [Mlp((3,)), Cnn(width=2)])
def test_a_models_weights_depend_on_its_own_stream_only(architecture):
    def states(seeds):
        stack = architecture.build(len(seeds), (1, 8, 8), 3)
        initialise(stack, [np.random.default_rng(seed) for seed in seeds])
        return list(stack.parameters())

    alone, among = states([7]), states([3, 7, 9])
    for one, three in zip(alone, among, strict=True):
        assert torch.equal(one[0], three[1])


@pytest.mark.parametrize("side", [8, 6])
def test_same_padding_at_stride_two_pads_after(side):
    layer = Conv(1, 1, 1, 3, stride=2, padding=(0, 1))
    layer.weight.data = torch.arange(1.0, 10).view(1, 1, 1, 3, 3)
    x = torch.randn(1, 1, side, side)
    padded = np.pad(x[0, 0].numpy(), ((0, 1), (0, 1)))
    kernel = layer.weight[0, 0, 0].detach().numpy()
    expected = [
        [(padded[i : i + 3, j : j + 3] * kernel).sum() for j in range(0, side, 2)]
        for i in range(0, side, 2)
    ]
    near = rounding() * kernel.sum()
    assert_close(layer(x)[0, 0].detach(), torch.tensor(expected), rtol=0, atol=near)


def test_batch_normalisation_by_hand():
    layer = BatchNorm(2, 3)
    layer.weight.data, layer.bias.data = torch.randn(2, 3), torch.randn(2, 3)
    x = 4 * torch.randn(5, 6, 2, 2) + 1

    def by(mean, variance):
        shape = (1, 6, 1, 1)
        unit = (x - mean.view(shape)) / (variance.view(shape) + 1e-5).sqrt()
        return unit * layer.weight.view(shape) + layer.bias.view(shape)

    mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
    assert_close(layer.train()(x), by(mean, variance))
    kept_mean, kept_variance = 0.1 * mean, 0.9 + 0.1 * x.var((0, 2, 3))
    assert_close(layer.mean.flatten(), kept_mean)
    assert_close(layer.variance.flatten(), kept_variance)

    layer.eval()
    assert_close(layer(x), by(kept_mean, kept_variance))
    layer.statistics = "batch"
    assert_close(layer(x), by(mean, variance))
    assert_close(layer.mean.flatten(), kept_mean)  # observing changes nothing


def test_dense_layer_is_one_product_a_model():
    layer = Linear(2, 3, 4)
    drawn(layer)
    layer.bias.data = torch.randn(2, 4)
    x = torch.randn(2, 5, 3)
    for k in range(2):
        expected = F.linear(x[k], layer.weight[k].T, layer.bias[k])
        assert_close(layer(x)[k], expected)
