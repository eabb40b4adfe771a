import pytest
import torch

from truthserum import registry
from truthserum.models.cnn import Cnn
from truthserum.models.layers import normalisations
from truthserum.models.mlp import Mlp
from truthserum.models.wrn import WideResNet
from truthserum.options import build


def trained_numbers(architecture, shape, classes, models=1):
    stack = architecture.build(models, shape, classes)
    return sum(parameter.numel() for parameter in stack.parameters())


def test_wrn_28_2_has_the_parameters_of_the_official_network():
    assert trained_numbers(WideResNet(28, 2), (3, 32, 32), 10) == 1_467_610


@pytest.mark.parametrize("architecture", [Mlp((5,)), Cnn(width=2), WideResNet(10, 1, stem=2)])
def test_a_stack_has_the_parameters_of_its_models(architecture):
    alone = trained_numbers(architecture, (1, 8, 8), 3)
    assert trained_numbers(architecture, (1, 8, 8), 3, models=4) == 4 * alone


def test_cnn_parameters():
    kernels = 9 * (3 * 16 + 16 * 32 + 32 * 64 + 64 * 128)
    head, channels = 2 * 2 * 128 * 10 + 10, 16 + 32 + 64 + 128
    assert trained_numbers(Cnn(16, 4), (3, 32, 32), 10) == kernels + head + 2 * channels
    biased = Cnn(16, 4, normalise=False)
    assert trained_numbers(biased, (3, 32, 32), 10) == kernels + head + channels == 102_570


def test_mlp_parameters():
    assert trained_numbers(Mlp((5, 4)), (1, 2, 3), 10) == 6 * 5 + 5 + 5 * 4 + 4 + 4 * 10 + 10


def test_widths_may_be_a_list_as_a_config_has_it():
    assert Mlp([5, 4]) == Mlp((5, 4))


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (2, 7, 5)])
@pytest.mark.parametrize("architecture", [Mlp((5,)), Cnn(width=2)])
def test_any_image_size(architecture, shape):
    stack = architecture.build(2, shape, 3)
    assert stack(torch.zeros(2, 4, *shape)).shape == (2, 4, 3)


@pytest.mark.parametrize(
    ("architecture", "options", "message"),
    [
        (Mlp, {"widths": ()}, r"widths: found \[\], allowed is a list of 1 or more"),
        (Mlp, {"widths": (4, 0)}, r"widths\.1: found 0, allowed is 1 or more"),
        (Cnn, {"width": 0}, "width: found 0, allowed is 1 or more"),
        (Cnn, {"depth": -1}, "depth: found -1, allowed is 1 or more"),
        (Cnn, {"activation": "step"}, 'activation: found "step", allowed are elu, relu'),
        (WideResNet, {"depth": 20}, "depth: found 20, allowed are 10, 16, 22, 28, 34, 40"),
        (WideResNet, {"depth": 4}, "depth: found 4, allowed are 10, 16, 22, 28, 34, 40"),
        (WideResNet, {"width": 0}, "width: found 0, allowed is 1 or more"),
        (WideResNet, {"stem": 0}, "stem: found 0, allowed is 1 or more"),
    ],
)
def test_options_out_of_range(architecture, options, message):
    with pytest.raises(ValueError, match=message):
        architecture(**options)


def test_wrn_needs_sides_that_halve_twice():
    with pytest.raises(ValueError, match="the image is 28 x 30, allowed are multiples of 4"):
        WideResNet(10, 1).build(1, (1, 28, 30), 10)


@pytest.mark.parametrize("name", registry.within("model", "models"))
def test_a_model_says_whether_the_records_of_a_batch_influence_each_other(name):
    for options in {"cnn": [{}, {"normalise": False}], "wrn": [{"depth": 10}]}.get(name, [{}]):
        architecture = build("model", {name: options})
        stack = architecture.build(2, (1, 28, 28), 10)
        assert architecture.normalise == bool(normalisations(stack))
