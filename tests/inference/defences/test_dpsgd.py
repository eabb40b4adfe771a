import re

import pytest
import torch

from truthserum.inference.defences.base import Undefended
from truthserum.inference.defences.dpsgd import DpSgd
from truthserum.privacy.accounting import tight_epsilon
from truthserum.privacy.dpsgd import DPSGD, Adjacency
from truthserum.training.recipe import Augmentation, Recipe

RECIPE = Recipe(epochs=1, batch=8, lr=0.1)


def test_a_run_is_charged_for_its_own_steps_and_rate(defend, monkeypatch):
    """4 epochs of 40 rows in batches of 8."""
    asked = []

    def noted(*arguments):
        asked.append(arguments)
        return 1.0

    monkeypatch.setattr("truthserum.privacy.accounting.noise_for", noted)
    counted = []
    _, kept = defend(DpSgd(2.0, 1e-3), advance=counted.append)
    assert asked == [(2.0, 1e-3, 20, 0.2)]
    assert sum(counted) == 20 * 3 * 8
    assert kept.all()


def test_weights_stray_with_the_noise(defend, monkeypatch):
    """From those of hardly any; `noise_for` has its own tests and is slow."""

    def weights(noise):
        monkeypatch.setattr("truthserum.privacy.accounting.noise_for", lambda *_: noise)
        return defend(DpSgd(1.0, 1e-3))[0]["layers.0.weight"]

    strayed = [torch.dist(weights(noise), weights(0.01)) for noise in (1.0, 3.0)]
    assert 0 < strayed[0] < strayed[1]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (("cnn", RECIPE, 100), "the model is cnn, allowed is mlp"),
        (
            ("mlp", Recipe(1, 8, 0.1, augmentation=Augmentation(flip=True)), 100),
            "dpsgd: found Augmentation(flip=True, crop=0), allowed is no augmentation",
        ),
        (("mlp", RECIPE, 6), "dpsgd: batch is 8, allowed are at most the 6 rows of a model"),
        (("mlp", RECIPE, 1000), "dpsgd: delta is 0.001, allowed is below 1 / 1000 rows"),
    ],
)
def test_what_it_cannot_protect(wrong, message):
    defence = DpSgd(1.0, 1e-3)
    defence.check("mlp", RECIPE, 999)
    with pytest.raises(ValueError, match=re.escape(message)):
        defence.check(*wrong)


def test_no_epsilon_is_accounted_for_that_takes_hours_and_all_memory():
    DpSgd(1e6).check("mlp", RECIPE, 8)  # of full batches it is exact, and at once
    DpSgd(1000).check("mlp", RECIPE, 100)
    with pytest.raises(ValueError, match=r"epsilon is 1e.06, allowed is at most 1000 where"):
        DpSgd(1e6).check("mlp", RECIPE, 100)


def test_no_delta_is_taken_that_the_accountant_cannot_tell_from_none():
    """Of these it asked for 250,000 times as much noise as the clip norm, without a word."""
    DpSgd(8.0, 1e-16).check("mlp", RECIPE, 8)  # of full batches it is exact
    DpSgd(8.0, 1e-12).check("mlp", RECIPE, 100)
    with pytest.raises(ValueError, match=r"delta is 1e-16, allowed is at least 1e-12 where"):
        DpSgd(8.0, 1e-16).check("mlp", RECIPE, 100)


@pytest.mark.parametrize(
    ("delta", "count", "message"),
    [(1e-3, 7, "batch is 8, allowed are at most the 7"), (1 / 8, 8, "delta is 0.125, allowed is")],
)
def test_what_it_cannot_protect_with_so_few_rows(defend, rows, delta, count, message):
    """Of equal records only one is trained on, so that the number is known when training starts."""
    with pytest.raises(ValueError, match=message):
        defend(DpSgd(2.0, delta), rows=rows[:, :count])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epsilon": 0}, "epsilon: found 0, allowed is more than 0"),
        ({"epsilon": float("inf")}, "epsilon: found Infinity, allowed is a finite number"),
        ({"epsilon": 1, "clip": -1}, "clip: found -1, allowed is more than 0"),
        ({"epsilon": 1, "delta": 1}, "delta: found 1, allowed is less than 1"),
    ],
)
def test_options_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        DpSgd(**options)


def test_the_promise_is_for_a_row_replaced():
    """50 steps at a rate of 0.2: more than for a row added or removed, below twice that of a lower
    delta.
    """
    defence, recipe = DpSgd(3.0, 1e-3), Recipe(epochs=10, batch=8, lr=0.1)
    promised = defence.guarantee(recipe, 40)
    run = DPSGD(defence.noise(recipe, 40), 50, 0.2, Adjacency.ADD_REMOVE)
    assert promised.delta == 1e-3
    assert tight_epsilon(run, 1e-3) < promised.epsilon < 2 * tight_epsilon(run, 1e-4)
    assert Undefended().guarantee(recipe, 40) is None
