"""The contestants' networks are the trainer's, by their outputs; and what they cost."""

import numpy as np
import pytest
import torch
from rounding import rounding

from truthserum.bench.networks import network, training_operations
from truthserum.models.activations import ACTIVATIONS
from truthserum.models.cnn import Cnn
from truthserum.models.layers import initialise
from truthserum.models.mlp import Mlp
from truthserum.models.wrn import WideResNet


def as_plain(stack, model, shape, classes):
    """The plain network with the weights of a stack of one."""
    net = network(model, shape, classes)
    own = [tensor[0] for tensor in stack.state_dict().values()]
    *own, kernel, bias = own
    # the stack's head sees rows, columns, then channels; torch flattens channels first
    channels = own[-1].shape[0]
    kernel = kernel.unflatten(0, (-1, channels)).transpose(0, 1).flatten(0, 1).T
    names = [name for name in net.state_dict() if not name.endswith("num_batches_tracked")]
    tensors = dict(zip(names, [*own, kernel, bias], strict=True))
    net.load_state_dict(tensors, strict=False)
    return net


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        *((Cnn(width=4, depth=2), shape) for shape in ((1, 28, 28), (3, 9, 11))),
        *((WideResNet(depth=16, width=1, stem=4), shape) for shape in ((1, 28, 28), (3, 8, 12))),
    ],
)
def test_plain_network_equals_a_stack_of_one(model, shape):
    stack = model.build(1, shape, 5)
    initialise(stack, [np.random.default_rng(1)])
    net = as_plain(stack, model, shape, 5)
    x = torch.randn(6, *shape, generator=torch.Generator().manual_seed(2))
    for mode in (True, False):  # batch statistics, then the running ones that these have left
        torch.testing.assert_close(
            net.train(mode)(x),
            stack.train(mode)(x[None])[0],
            rtol=rounding(),
            atol=rounding(model.depth),
        )


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
def test_plain_perceptron_equals_a_stack_of_one(activation):
    mlp = Mlp((5, 4), activation)
    stack = mlp.build(1, (7,), 3)
    initialise(stack, [np.random.default_rng(1)])
    net = network(mlp, (7,), 3)
    tensors = [t[0].T if t.ndim == 3 else t[0] for t in stack.state_dict().values()]
    net.load_state_dict(dict(zip(net.state_dict(), tensors, strict=True)))
    x = torch.randn(6, 7, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(net(x), stack(x[None])[0])


def test_another_network_is_refused():
    with pytest.raises(TypeError, match="model: found str, allowed are Cnn, Mlp and WideResNet"):
        network("lstm", (1, 8, 8), 2)


def test_operations_of_a_convolution_counted_by_hand():
    net = torch.nn.Conv2d(2, 3, 3, padding=1, bias=False)
    forward = 2 * (5 * 4) * 3 * (2 * 9)  # two operations a weight, output pixel and channel
    # backward: the weights only, since images need no gradient
    assert training_operations(net, (2, 5, 4)) == 2 * forward


def test_operations_of_the_second_layer_include_its_input():
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(6, 4), torch.nn.Linear(4, 3))
    assert training_operations(net, (1, 2, 3)) == 2 * 2 * (6 * 4) + 3 * 2 * (4 * 3)
