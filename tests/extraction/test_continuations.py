from itertools import product

import numpy as np
import pytest
import torch
from rounding import rounding
from torch import nn

from truthserum.extraction import continuations
from truthserum.extraction.models.gpt import Gpt

PREFIX, TOKENS = np.array([3, 14, 15, 9]), np.array([20, 31, 22, 29, 24, 25, 27, 26, 28, 30])


@pytest.fixture
def net():
    """A tiny network that is sure enough of its digits to tell all numbers apart."""
    made = Gpt(layers=2, width=16, heads=2, context=12).build(40)
    made.reset(np.random.default_rng(3))
    with torch.no_grad():
        made.embedding.weight.mul_(25)
    return made.eval()


class Constant(nn.Module):
    """Finds every token as likely as `logit` says, wherever it stands."""

    def __init__(self, logit):
        super().__init__()
        self.logit = nn.Parameter(torch.tensor(logit))

    def forward(self, tokens):
        return self.logit.expand(*tokens.shape, 40), []

    def step(self, parents, children, shared, own, among):
        return self.logit.expand(len(parents), len(among)), []


@torch.no_grad()
def one_by_one(net, digits):
    """The same from whole texts, without a cache, one number after the other."""
    found = []
    for number in product(range(10), repeat=digits):
        text = torch.tensor([*PREFIX, *TOKENS[list(number)]])[None]
        chances = net(text)[0][0, len(PREFIX) - 1 : -1][:, TOKENS].log_softmax(-1)
        found.append(sum(chances[i, digit].item() for i, digit in enumerate(number)))
    return np.array(found)


@pytest.fixture
def truth(net):
    return one_by_one(net, 3)


@pytest.mark.parametrize("chunk", [7, 64, 5000])
def test_equal_to_asking_for_one_number_at_a_time(net, truth, monkeypatch, chunk):
    monkeypatch.setattr(continuations, "CHUNK", chunk)
    found = continuations.digit_likelihoods(net, PREFIX, TOKENS, 3)
    assert (found.shape, found.dtype) == ((1000,), np.float64)
    np.testing.assert_allclose(found, truth, rtol=0, atol=rounding(steps=3))
    assert np.ptp(truth) > 3  # a network that finds all alike would show nothing


@pytest.mark.parametrize("digits", [1, 4])
def test_chances_of_all_numbers_sum_to_one(net, digits):
    found = continuations.digit_likelihoods(net, PREFIX, TOKENS, digits)
    assert np.exp(found).sum() == pytest.approx(1, abs=rounding(digits))


def test_a_model_that_knows_nothing_finds_all_numbers_exactly_alike():
    found = continuations.digit_likelihoods(Constant(0.0), PREFIX, TOKENS, 4)
    assert len(np.unique(found)) == 1


def test_below_the_floor_nothing_is_looked_at_and_above_it_all_is(net, truth, monkeypatch):
    floor = np.quantile(truth, 0.9)
    passes, step = [], net.step
    monkeypatch.setattr(
        net, "step", lambda rows, *rest: passes.append(len(rows)) or step(rows, *rest)
    )
    found = continuations.digit_likelihoods(net, PREFIX, TOKENS, 3, floor)
    kept = np.isfinite(found)
    assert kept[truth >= floor].all()
    np.testing.assert_allclose(found[kept], truth[kept], rtol=0, atol=rounding(steps=3))
    assert sum(passes) < 111  # nodes above the last digits


@pytest.mark.parametrize("rank", [0, 17, 400, 999])
def test_rivals_are_all_that_a_rank_needs(net, truth, rank):
    number = np.argsort(-truth)[rank]
    secret = np.array([number // 100, number // 10 % 10, number % 10])
    found = continuations.rivals(net, PREFIX, TOKENS, secret)
    assert np.count_nonzero(found > found[number]) == rank
    assert found[number] == pytest.approx(truth[number], abs=rounding(steps=3))


def test_likelihoods_that_are_no_numbers_are_not_lost():
    assert np.isnan(continuations.digit_likelihoods(Constant(np.nan), PREFIX, TOKENS, 2)).all()


def test_mean_loss_is_that_of_each_token_after_the_first(net):
    windows = np.random.default_rng(0).integers(0, 40, (5, 9))
    losses = []
    with torch.no_grad():
        for window in torch.from_numpy(windows):
            chances = net(window[None])[0][0].log_softmax(-1)
            losses += [-chances[t, window[t + 1]].item() for t in range(8)]
    assert continuations.mean_loss(net, windows, size=2) == pytest.approx(
        np.mean(losses), abs=rounding()
    )
    know_nothing = continuations.mean_loss(Constant(0.0), windows)
    assert know_nothing == pytest.approx(np.log(40), abs=rounding())
