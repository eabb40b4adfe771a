import math

import pytest

from truthserum.reconstruction.engine.recipe import (
    InformedRecipe,
    Privacy,
    check_model,
)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": 0}, "steps: found 0, allowed is 1 or more"),
        ({"steps": 1.5}, "steps: found 1.5, allowed is a whole number"),
        ({"lr": math.nan}, "lr: found NaN, allowed is a finite number"),
        ({"momentum": 1}, "momentum: found 1, allowed is less than 1"),
        ({"optimiser": "lion"}, 'optimiser: found "lion", allowed are sgd, adam'),
        ({"order": "random"}, 'order: found "random", allowed are known, unknown'),
        ({"initialisation": "zero"}, 'initialisation: found "zero", allowed are shared, own'),
        ({"batch": 0}, "batch: found 0, allowed is 1 or more"),
        ({"batch": 8, "privacy": Privacy(1, 1)}, "batch: found 8, allowed is null with privacy"),
    ],
)
def test_options_out_of_range(changes, message):
    with pytest.raises(ValueError, match=message):
        InformedRecipe(**changes)


@pytest.mark.parametrize(
    ("clip", "noise", "message"),
    [
        (0, 1, "clip: found 0, allowed is more than 0"),
        (math.inf, 1, "clip: found Infinity, allowed is a finite number"),
        (1, -1, "noise: found -1, allowed is 0 or more"),
        (1, math.nan, "noise: found NaN, allowed is a finite number"),
    ],
)
def test_privacy_out_of_range(clip, noise, message):
    with pytest.raises(ValueError, match=message):
        Privacy(clip, noise)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "noise: found None with epsilon None, allowed is one of epsilon and noise"),
        ({"noise": 1, "epsilon": 1}, "allowed is one of epsilon and noise"),
        ({"noise": 1, "delta": 1e-5}, "found delta with noise, allowed is delta with epsilon"),
    ],
)
def test_privacy_is_noise_or_a_promise(options, message):
    with pytest.raises(ValueError, match=message):
        Privacy(1, **options)


def test_noise_that_is_given_is_not_calibrated():
    for recipe in (InformedRecipe(), InformedRecipe(privacy=Privacy(1, 2))):
        assert recipe.calibrated() == recipe


@pytest.mark.parametrize(
    ("recipe", "in_step"),
    [
        (InformedRecipe(), True),
        (InformedRecipe(batch=8), False),
        (InformedRecipe(order="unknown"), True),  # which does not matter in full batches
        (InformedRecipe(initialisation="own"), False),
        (InformedRecipe(privacy=Privacy(1, 1)), False),
    ],
)
def test_which_models_keep_in_step(recipe, in_step):
    assert recipe.in_step == in_step


def test_only_dense_models_have_privacy():
    check_model("mlp", Privacy(1, 1))
    check_model("cnn", None)
    with pytest.raises(ValueError, match="recipe: privacy is given for the model 'cnn', allowed"):
        check_model("cnn", {"clip": 1, "noise": 0})


def test_rows_of_a_step():
    assert InformedRecipe().rows(fixed=100) == 101
    assert InformedRecipe(batch=8).rows(fixed=100) == 8


def test_noise_for_a_published_epsilon():
    """mu = sqrt(T) / noise in the exact Gaussian: epsilon 10 at delta 1e-5 is mu = 2.0004."""
    recipe = InformedRecipe(privacy=Privacy(clip=0.1, epsilon=10)).calibrated()
    privacy = recipe.privacy
    assert recipe.steps == 100 and privacy.clip == 0.1
    mu, normal = 10 / privacy.noise, lambda x: math.erfc(-x / math.sqrt(2)) / 2
    delta = normal(mu / 2 - 10 / mu) - math.exp(10) * normal(-mu / 2 - 10 / mu)
    assert delta == pytest.approx(1e-5, rel=1e-3)  # Balle and Wang, arXiv 1805.06530, Theorem 8
