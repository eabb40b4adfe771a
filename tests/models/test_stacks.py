"""A stack of K models is K models: the same logits, gradients and weights after training."""

import torch
import torch.nn.functional as F
from rounding import rounding
from torch.testing import assert_close

from truthserum.models.layers import normalisations

NEAR = {"rtol": 1e-4, "atol": rounding()}  # summed in another order


def loss_of(logits, labels):
    """The sum over models of each one's mean cross-entropy."""
    return sum(F.cross_entropy(*own) for own in zip(logits, labels, strict=True))


def test_logits(pair):
    (x,), _ = pair.batches(1)
    for training in (True, False):
        logits = pair.stack.train(training)(x)
        assert logits.dtype == torch.float32
        for k, net in enumerate(pair.plain):
            assert_close(logits[k], net.train(training)(x[k]), **NEAR)


def test_batch_statistics_when_observed(pair):
    (x,), _ = pair.batches(1)
    pair.stack.eval()
    for layer in normalisations(pair.stack):
        layer.statistics = "batch"
    logits = pair.stack(x)
    for k, net in enumerate(pair.plain):
        assert_close(logits[k], net.train()(x[k]), **NEAR)


def test_gradients(pair):
    (x,), (labels,) = pair.batches(1)
    loss_of(pair.stack(x), labels).backward()
    for k, net in enumerate(pair.plain):
        F.cross_entropy(net(x[k]), labels[k]).backward()
    gradients = pair.both(lambda tensor: tensor.grad if tensor.requires_grad else tensor)
    assert all(theirs.abs().max() > 1e-4 for _, theirs in gradients)
    for ours, theirs in gradients:
        assert_close(ours, theirs, **NEAR)


def test_weights_and_running_statistics_after_training(pair):
    nets = [pair.stack, *pair.plain]
    before = pair.both(lambda tensor: tensor.detach().clone())
    optimisers = [torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9) for net in nets]
    for x, labels in zip(*pair.batches(5), strict=True):
        for optimiser in optimisers:
            optimiser.zero_grad()
        loss_of(pair.stack(x), labels).backward()
        for k, net in enumerate(pair.plain):
            F.cross_entropy(net(x[k]), labels[k]).backward()
        for optimiser in optimisers:
            optimiser.step()
    after = pair.both(lambda tensor: tensor.detach())
    for (ours, theirs), (initial, _) in zip(after, before, strict=True):
        assert not torch.equal(theirs, initial)
        assert_close(ours, theirs, rtol=0, atol=rounding(steps=5))


def test_models_share_no_number(pair):
    (x,), (labels,) = pair.batches(1)
    logits = pair.stack(x)
    F.cross_entropy(logits[1], labels[1]).backward()
    for parameter in pair.stack.parameters():
        assert parameter.grad[1].any()
        assert not parameter.grad[[0, 2]].any()


def test_bfloat16_in_float32_out(pair):
    (x,), _ = pair.batches(1)
    exact, rounded = pair.stack(x), pair.stack(x.bfloat16())
    assert rounded.dtype == torch.float32
    assert_close(rounded, exact, rtol=0.1, atol=0.1)
    assert not torch.equal(rounded, exact)
