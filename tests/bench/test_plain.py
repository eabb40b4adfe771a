import numpy as np
import pytest
import torch
from rounding import rounding

from truthserum.bench import plain
from truthserum.data.tabular import Encoding
from truthserum.models.activations import ACTIVATIONS
from truthserum.models.cnn import Cnn
from truthserum.models.layers import initialise
from truthserum.models.mlp import Mlp
from truthserum.training.batches import ImageBatches, TableBatches
from truthserum.training.device import choose
from truthserum.training.recipe import Augmentation, Recipe


def as_plain(stack, cnn, shape, classes):
    """The plain network with the weights of a stack of one."""
    net = plain.network(cnn, shape, classes)
    own = [tensor[0] for tensor in stack.state_dict().values()]
    *own, kernel, bias = own
    # the stack's head sees rows, columns, then channels; torch flattens channels first
    channels = own[-1].shape[0]
    kernel = kernel.unflatten(0, (-1, channels)).transpose(0, 1).flatten(0, 1).T
    names = [name for name in net.state_dict() if not name.endswith("num_batches_tracked")]
    tensors = dict(zip(names, [*own, kernel, bias], strict=True))
    net.load_state_dict(tensors, strict=False)
    return net


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 9, 11)])
def test_plain_network_equals_a_stack_of_one(shape):
    cnn = Cnn(width=4, depth=2)
    stack = cnn.build(1, shape, 5)
    initialise(stack, [np.random.default_rng(1)])
    net = as_plain(stack, cnn, shape, 5)
    x = torch.randn(6, *shape, generator=torch.Generator().manual_seed(2))
    for mode in (True, False):  # batch statistics, then the running ones that these have left
        torch.testing.assert_close(
            net.train(mode)(x),
            stack.train(mode)(x[None])[0],
            rtol=rounding(),
            atol=rounding(cnn.depth),
        )


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
def test_plain_perceptron_equals_a_stack_of_one(activation):
    mlp = Mlp((5, 4), activation)
    stack = mlp.build(1, (7,), 3)
    initialise(stack, [np.random.default_rng(1)])
    net = plain.network(mlp, (7,), 3)
    tensors = [t[0].T if t.ndim == 3 else t[0] for t in stack.state_dict().values()]
    net.load_state_dict(dict(zip(net.state_dict(), tensors, strict=True)))
    x = torch.randn(6, 7, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(net(x), stack(x[None])[0])


def test_rows_are_encoded_as_the_trainer_encodes(table):
    rows = plain.samples(table, 4, Augmentation())
    assert len(rows) == 4
    features = TableBatches(table.train_x, Encoding.of(table), choose("cpu", "float32"))
    torch.testing.assert_close(rows[:][0], features.plain(slice(0, 4))[0])
    assert rows[:][1].tolist() == table.train_y[:4].tolist()


def test_batches_of_tensors_hold_every_row_once(table):
    rows = plain.samples(table, 8, Augmentation())
    *loaders, shuffled = plain.ways(rows, 3, workers=2)
    assert [loader.num_workers for loader in loaders] == [0, 2]
    batches = list(shuffled)
    assert [len(y) for _, y in batches] == [3, 3, 2]
    seen = torch.cat([x for x, _ in batches])
    assert sorted(seen[:, 0].tolist()) == sorted(rows[:][0][:, 0].tolist())


def test_operations_of_a_convolution_counted_by_hand():
    net = torch.nn.Conv2d(2, 3, 3, padding=1, bias=False)
    forward = 2 * (5 * 4) * 3 * (2 * 9)  # two operations a weight, output pixel and channel
    # backward: the weights only, since images need no gradient
    assert plain.training_operations(net, (2, 5, 4)) == 2 * forward


def test_operations_of_the_second_layer_include_its_input():
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(6, 4), torch.nn.Linear(4, 3))
    assert plain.training_operations(net, (1, 2, 3)) == 2 * 2 * (6 * 4) + 3 * 2 * (4 * 3)


@pytest.fixture
def images():
    return np.random.default_rng(3).integers(0, 256, (10, 1, 8, 8), dtype=np.uint8)


def stacked(pictures):
    return torch.stack([pictures[row][0] for row in range(len(pictures))])


def test_pictures_are_scaled_as_the_trainer_scales(images):
    pictures = plain.Pictures(images, np.arange(10), Augmentation())
    scaled = ImageBatches(images, Augmentation(), choose("cpu", "float32")).plain(slice(0, 10))[0]
    torch.testing.assert_close(stacked(pictures), scaled)


def test_crops_are_windows_of_the_reflected_picture(images):
    padded = np.pad(images[0, 0], 2, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (8, 8)).reshape(-1, 64)
    either_way = np.concatenate([windows, windows.reshape(-1, 8, 8)[:, :, ::-1].reshape(-1, 64)])
    allowed = {window.tobytes() for window in either_way.astype(np.uint8)}
    torch.manual_seed(4)
    pictures = plain.Pictures(images, np.arange(10), Augmentation(flip=True, crop=2))
    drawn = [((pictures[0][0] + 1) * 127.5).round().byte().numpy().tobytes() for _ in range(60)]
    assert set(drawn) <= allowed
    assert len(set(drawn)) > 10


def test_rate_trains_the_network(images):
    labels = np.arange(10) % 2
    batches = plain.loader(plain.Pictures(images, labels, Augmentation()), 5, workers=0)
    torch.manual_seed(5)
    net = plain.network(Cnn(width=4, depth=1), (1, 8, 8), 2)
    assert plain.rate(net, batches, Recipe(epochs=1, batch=5, lr=0.05), epochs=20) > 0
    assert (net(stacked(batches.dataset)).argmax(1).numpy() == labels).all()
