import numpy as np
import pytest
import torch

from truthserum.reconstruction.reconstructors.base import Pairs, Study
from truthserum.reconstruction.reconstructors.convolutional import Convolutional
from truthserum.reconstruction.reconstructors.layers import Residual
from truthserum.statistics.image_errors import pixel_errors

SHAPE = (2, 8, 4)
SMALL = {
    "features": [[{"standardise": {}}]],
    "widths": (30,),
    "channels": (12, 8, 4),
    "lr": 5e-3,
    "batch": 25,
    "epochs": 30,
    "looks": 2,
}


def pairs(count: int, seed: int) -> Pairs:
    """Smooth images of two numbers, and a fixed linear map of these as views."""
    mixing = np.random.default_rng(0).standard_normal((2, 20))
    numbers = np.random.default_rng(seed).uniform(size=(count, 2))
    images = np.tile(numbers[:, :, None], (1, 1, 32))
    images[:, :, 16:] *= 0.5  # the lower half of an image is darker
    views = numbers @ mixing
    return Pairs(views.astype(np.float32), images.reshape(count, -1).astype(np.float32), SHAPE)


@pytest.fixture
def study() -> Study:
    return Study(pairs(300, 1), pairs(50, 2), np.random.default_rng(3), {}, device="cpu")


def test_it_learns_the_way_back(study):
    released = pairs(40, 4)
    found = Convolutional(**SMALL).fit(study).predict(released.views)
    assert found.shape == (40, 64)
    assert pixel_errors(found, released.images)["mse"].mean() < 0.05 * released.images.var()


@pytest.mark.parametrize(
    ("channels", "shape"),
    [((8, 8, 8, 8), (3, 32, 32)), ((8, 4, 4), (1, 28, 28)), ((5,), (1, 5, 7))],
)
def test_images_of_any_shape_that_halves_so_often(channels, shape):
    net = Convolutional(channels=channels).build(6, shape, torch.Generator())
    assert net(torch.zeros(2, 6)).shape == (2, np.prod(shape))


def test_pixels_lie_as_in_the_images():
    """With the last convolution's weights at zero, its biases are the channels."""
    net = Convolutional(channels=(4, 3)).build(6, (3, 4, 6), torch.Generator())
    last = net[-2]
    last.weight.data.zero_()
    last.bias.data = torch.tensor([1.0, 2.0, 3.0])
    found = net(torch.randn(2, 6)).view(2, 3, 4, 6)
    assert torch.equal(found, torch.tensor([1.0, 2.0, 3.0])[:, None, None].expand(2, 3, 4, 6))


def test_a_residual_block_adds_to_its_input():
    x = torch.randn(3, 4)
    assert torch.equal(Residual(torch.nn.Tanh())(x), x + x.tanh())


@pytest.mark.parametrize("shape", [(64,), (1, 6, 8)])
def test_images_that_do_not_halve_are_refused(shape):
    network = Convolutional(channels=(8, 8, 8))
    with pytest.raises(ValueError, match=r"convolutional: found images of shape .* multiples of 4"):
        network.build(6, shape, torch.Generator())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"channels": ()}, r"channels: found \[\], allowed is a list of 1 or more"),
        ({"channels": (3, 0)}, r"channels\.1: found 0, allowed is 1 or more"),
        ({"lr": 0}, "lr: found 0, allowed is more than 0"),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Convolutional(**{"channels": (4, 3)} | options)
