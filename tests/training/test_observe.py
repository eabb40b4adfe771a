import numpy as np
import pytest
import torch
from rounding import rounding

from truthserum.models.layers import normalisations
from truthserum.training.batches import ImageBatches
from truthserum.training.observe import ask, logit_confidence, modes
from truthserum.training.recipe import Augmentation

LAYERS = 3


def naive_confidence(logits, label):
    """log(p / (1 - p)) in float64, one row at a time."""
    e = np.exp(logits - logits.max())
    p = e / e.sum()
    return np.log(p[label]) - np.log(np.delete(p, label).sum())


@pytest.fixture
def asked(images, cpu):
    """Images as a stack is asked about them, and their labels."""
    x, y = images
    return ImageBatches(x, Augmentation(), cpu), y


def test_logit_confidence_is_the_log_odds_of_the_label():
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(0, 3, (3, 7, 5)), rng.integers(0, 5, (3, 7))
    found = logit_confidence(torch.tensor(logits), torch.tensor(labels))
    assert found.dtype == torch.float64
    for at in np.ndindex(3, 7):
        assert found[at].item() == pytest.approx(naive_confidence(logits[at], labels[at]))


@pytest.mark.parametrize("gap", [50.0, 1000.0])
def test_where_p_rounds_to_one_or_nothing_it_is_exact(gap):
    logits = torch.tensor([[gap, 0, 0], [0, gap, 0]], dtype=torch.float32)
    found = logit_confidence(logits, torch.tensor([0, 0]))
    # log p - log(1 - p) with p = e^gap / (e^gap + 2), and with p = 1 / (1 + e^gap + 1)
    assert found.tolist() == pytest.approx([gap - np.log(2), -gap - np.log1p(np.exp(-gap))])


def test_two_classes():
    found = logit_confidence(torch.tensor([[1.5, -0.5]]), torch.tensor([1]))
    assert found.item() == -2.0


def test_modes(fit):
    assert modes(fit([0], "mlp")) == ("none",)
    assert modes(fit([0], "cnn")) == ("batch", "running")


@pytest.mark.parametrize("architecture", ["mlp", "cnn"])
def test_observations_equal_asking_one_model_about_one_image(fit, images, asked, architecture):
    """In every mode that does not look at the batch."""
    (x, y), net = images, fit([0, 1, 2], architecture)
    queries = ["identity", "mirror"]
    signals, answers = ask(net, *asked, queries, modes(net)[-1], size=16)
    assert signals.shape == (3, 60, 2)
    assert signals.dtype == np.float64
    assert 0 < (answers == y).sum() < answers.size
    for k, model in enumerate([0, 1, 2]):
        alone = fit([model], architecture)
        for i in range(0, 60, 7):
            for q, image in enumerate([x[i], x[i, :, :, ::-1]]):
                given = torch.tensor(image / 127.5 - 1, dtype=torch.float32)
                logits = alone(given[None, None])[0, 0].detach().double().numpy()
                expected = naive_confidence(logits, y[i])
                assert signals[k, i, q] == pytest.approx(expected, abs=rounding(LAYERS))
                if q == 0:
                    assert answers[k, i] == logits.argmax()


def test_running_statistics_do_not_know_the_batch(fit, asked):
    net = fit([0, 1])
    whole, _ = ask(net, *asked, ["identity"], "running", size=60)
    for size in (1, 7, 1000):
        parts, _ = ask(net, *asked, ["identity"], "running", size=size)
        assert abs(parts - whole).max() < rounding(LAYERS)


def test_batch_statistics_are_those_of_the_batch(fit, images, asked):
    """A network that learns no statistics, given the same batch in training mode, agrees."""
    (x, y), net = images, fit([0])
    found, _ = ask(net, *asked, ["identity"], "batch", size=20)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    net.train()
    for start in range(0, 60, 20):
        part = slice(start, start + 20)
        logits = net(torch.tensor(x[None, part] / 127.5 - 1, dtype=torch.float32))
        expected = logit_confidence(logits, torch.tensor(y[None, part])).detach().numpy()
        assert found[:, part, 0] == pytest.approx(expected, abs=rounding(LAYERS))
    # training moved the running statistics, observing had not
    assert not torch.equal(net.state_dict()["features.1.mean"], before["features.1.mean"])


def test_observing_changes_nothing(fit, asked):
    net = fit([0, 1])
    before = {name: value.clone() for name, value in net.state_dict().items()}
    first, _ = ask(net, *asked, ["identity"], "running", size=20)
    ask(net, *asked, ["identity"], "batch", size=20)
    again, _ = ask(net, *asked, ["identity"], "running", size=20)
    assert (first == again).all()
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert not net.training


def test_batches_are_of_equal_size_within_one(fit, asked):
    net, sizes = fit([0]), []
    normalisations(net)[0].register_forward_hook(lambda layer, x, y: sizes.append(len(x[0])))
    ask(net, *asked, ["identity"], "batch", size=59)
    assert sizes == [30, 30]
    sizes.clear()
    ask(net, *asked, ["identity"], "batch", size=16)
    assert sizes == [15] * 4


def test_no_points(fit, asked):
    batches, y = asked
    signals, answers = ask(fit([0, 1]), batches, y[:0], ["identity"], "running", size=8)
    assert (signals.shape, answers.shape) == ((2, 0, 1), (2, 0))
