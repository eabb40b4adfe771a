"""A training that was killed goes on to the same digits."""

import time

import pytest
import torch

from truthserum.training.midway import NOT_KEPT, Midway
from truthserum.training.products import Scratch


@pytest.fixture
def made():
    """made(): a network with two layers that share weights, and its optimiser, always the same."""

    def make():
        torch.manual_seed(0)
        net = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.GELU(), torch.nn.Linear(3, 3))
        net[2].weight = net[0].weight
        net.register_buffer("steps", torch.zeros(()))
        return net, torch.optim.AdamW(net.parameters(), lr=0.1, fused=True)

    return make


@pytest.fixture
def midway(tmp_path):
    """midway(key, every): what is kept by this key, and the steps that were skipped."""

    def of(key="a", every=0.0):
        skipped = []
        return Midway(Scratch(tmp_path, key), skipped.append, every), skipped

    return of


def steps(net, optimiser, numbers):
    for number in numbers:
        optimiser.zero_grad()
        net(torch.full((1, 3), 1.0 + number)).square().sum().backward()
        optimiser.step()
        net.steps += 1


def test_it_goes_on_to_the_same_digits(made, midway):
    whole, optimiser = made()
    steps(whole, optimiser, range(5))
    killed, optimiser = made()
    steps(killed, optimiser, range(2))
    midway()[0].keep(killed, optimiser, 2)
    again, optimiser = made()
    kept, skipped = midway()
    assert kept.restore(again, optimiser) == 2 and skipped == [2]
    steps(again, optimiser, range(2, 5))
    assert all(map(torch.equal, again.parameters(), whole.parameters()))
    assert again.steps == 5 and kept.before > 0


def test_the_network_of_an_earlier_time_is_what_it_was_then(made, midway):
    net, optimiser = made()
    steps(net, optimiser, range(2))
    kept = midway()[0]
    then = kept.after(2, net)
    steps(net, optimiser, range(2, 4))
    kept.keep(net, optimiser, 4)
    other = midway("b")[0]  # another training in the same place, killed before it was kept
    assert other.restore(*made()) == 0
    other.after(2, made()[0])
    goes_on, (net, optimiser) = midway()[0], made()
    assert goes_on.restore(net, optimiser) == 4
    again = goes_on.after(2, net)
    assert all(map(torch.equal, again.parameters(), then.parameters()))
    assert again.steps == 2 and net.steps == 4
    assert not torch.equal(again[0].weight, net[0].weight)
    for now in (goes_on.after(4, net), NOT_KEPT.after(2, net)):
        assert all(map(torch.equal, now.parameters(), net.parameters()))


def test_what_is_of_other_settings_or_too_young_begins_anew(made, midway):
    net, optimiser = made()
    steps(net, optimiser, range(2))
    young = midway(every=60.0)[0]
    young.keep(net, optimiser, 2)
    assert midway()[0].restore(*made()) == 0
    young.last = time.monotonic() - 61
    young.keep(net, optimiser, 2)
    other, skipped = midway("b")
    assert other.restore(*made()) == 0 and skipped == []
    assert midway()[0].restore(*made()) == 2
    assert NOT_KEPT.restore(*made()) == 0


def test_a_full_disk_ends_no_training(made, midway, monkeypatch, capsys):
    kept, _ = midway()

    def full(self, models, tensors):
        raise OSError("No space left on device")

    monkeypatch.setattr(Scratch, "save", full)
    kept.keep(*made(), 2)
    assert "not kept midway: No space left on device" in capsys.readouterr().err
    assert kept.restore(*made()) == 0
