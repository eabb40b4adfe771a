import numpy as np
import pytest
import torch
import torch.nn.functional as F
from rounding import rounding

from truthserum.data.tabular import Column, Table
from truthserum.inference.defences.clipping import clipped_sums
from truthserum.models.layers import initialise
from truthserum.models.mlp import Mlp
from truthserum.seeds import Purpose, stream
from truthserum.training.batches import batches_of
from truthserum.training.device import Device
from truthserum.training.recipe import Augmentation

MODELS, EXAMPLES, CLASSES = 3, 12, 4


@pytest.fixture
def net(fit):
    net = Mlp((7, 5)).build(MODELS, (2, 3, 3), CLASSES).double()
    initialise(net, [stream(1, Purpose.WEIGHTS, k) for k in range(MODELS)])
    return net


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(4)
    x = torch.randn(MODELS, EXAMPLES, 2, 3, 3, generator=generator, dtype=torch.float64)
    labels = torch.randint(CLASSES, (MODELS, EXAMPLES), generator=generator)
    return x, labels, torch.rand(MODELS, EXAMPLES, generator=generator) < 0.7


def naive(net, x, labels, taken, clip):
    """Example by example, with the gradient of one at a time, and the norms that were found."""
    parameters = list(net.parameters())
    sums, norms = [torch.zeros_like(p) for p in parameters], []
    for k, b in taken.nonzero().tolist():
        loss = F.cross_entropy(net(x)[k, b], labels[k, b])
        own = [g[k] for g in torch.autograd.grad(loss, parameters)]
        norms.append(torch.cat([g.flatten() for g in own]).norm())
        for total, g in zip(sums, own, strict=True):
            total[k] += g * min(1, clip / norms[-1])
    return sums, torch.stack(norms)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_sum_is_that_of_a_loop_over_examples(net, batch, share):
    """Whatever the share of the examples that is clipped."""
    norms = naive(net, *batch, 1.0)[1]
    clip = float({0.0: 2 * norms.max(), 0.5: norms.median(), 1.0: norms.min() / 2}[share])
    losses, sums = clipped_sums(net, *batch, clip)
    assert [id(parameter) for parameter, _ in sums] == [id(p) for p in net.parameters()]
    for (_, found), expected in zip(sums, naive(net, *batch, clip)[0], strict=True):
        assert (found - expected).abs().max() < rounding()  # the sums are kept in float32
    x, labels, _ = batch
    plain = F.cross_entropy(net(x).flatten(0, 1), labels.flatten(), reduction="none")
    assert torch.allclose(losses.flatten(), plain)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_no_example_counts_for_more_than_the_clip(net, batch, dtype):
    """The sensitivity of the sum, in the precision of the training."""
    x, labels, taken = batch
    net, x, clip = net.float(), 50 * x.to(dtype), 0.1
    with_it, without = torch.ones_like(taken), torch.ones_like(taken)
    without[:, 0] = False
    both = [clipped_sums(net, x, labels, mask, clip)[1] for mask in (with_it, without)]
    moved = [(one - other).flatten(1) for (_, one), (_, other) in zip(*both, strict=True)]
    norms = torch.cat(moved, 1).norm(dim=1)
    assert (norms <= clip * (1 + 1e-4)).all()
    assert norms.max() > 0.99 * clip


def test_a_row_of_a_table_moves_the_sum_by_no_more_than_the_clip():
    """A row that stands out, there or not: it must not move the features of the others either."""
    rng = np.random.default_rng(3)
    x = np.stack([rng.normal(40, 10, 60), rng.integers(0, 2, 60)], 1).astype(np.float32)
    x[0] = 9000, 1
    y, columns = rng.integers(0, 2, 60), (Column("age"), Column("sex", ("Female", "Male")))
    net = Mlp((5,)).build(1, (3,), 2)
    initialise(net, [stream(1, Purpose.WEIGHTS, 0)])
    sums = []
    for first in (0, 1):
        table = Table(x[first:40], y[first:40], x[40:], y[40:], 2, columns)
        batches = batches_of(table, table.train_x, Augmentation(), Device("cpu", torch.float32))
        labels = torch.from_numpy(table.train_y)[None]
        everybody = torch.ones_like(labels, dtype=torch.bool)
        found = clipped_sums(net, batches.plain(slice(None)), labels, everybody, 0.1)[1]
        sums.append(torch.cat([total.flatten() for _, total in found]))
    assert 0.099 < torch.dist(*sums) <= 0.1 * (1 + 1e-4)


def test_an_example_without_gradient_adds_nothing(net):
    for parameter in net.parameters():
        torch.nn.init.zeros_(parameter)
    with torch.no_grad():
        net.layers[-1].bias[:, 0] = 1e4  # certain of class 0
    x, labels = torch.zeros(MODELS, 2, 2, 3, 3, dtype=torch.float64), torch.zeros(MODELS, 2).long()
    losses, sums = clipped_sums(net, x, labels, torch.ones(MODELS, 2, dtype=torch.bool), 1.0)
    assert (losses == 0).all()
    assert all((total == 0).all() for _, total in sums)


def test_other_layers_are_refused(fit, images):
    net = fit.architectures["cnn"].build(1, images[0].shape[1:], CLASSES)
    x = torch.zeros(1, 2, *images[0].shape[1:])
    with pytest.raises(ValueError, match=r"clipping: found the parameters .*, allowed are those"):
        clipped_sums(net, x, torch.zeros(1, 2).long(), torch.ones(1, 2, dtype=torch.bool), 1.0)
