import math

import pytest

from truthserum.reconstruction.engine.recipe import (
    InformedRecipe,
    Privacy,
    calibrated_privacy,
    check_model,
)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": 0}, "recipe: steps is 0, allowed is a whole number from 1"),
        ({"steps": 1.5}, "recipe: steps is 1.5"),
        ({"lr": math.nan}, "recipe: lr is nan, allowed is more than 0"),
        ({"momentum": 1}, "recipe: momentum is 1, allowed is 0 up to below 1"),
        ({"optimiser": "lion"}, "recipe: optimiser is 'lion', allowed are adam, sgd"),
        ({"order": "random"}, "recipe: order is 'random', allowed are known, unknown"),
        ({"initialisation": "zero"}, "recipe: initialisation is 'zero', allowed are own, shared"),
        ({"batch": 0}, "recipe: batch is 0, allowed is a whole number from 1, or none"),
        ({"batch": 8, "privacy": Privacy(1, 1)}, "recipe: batch is 8, allowed is none with"),
    ],
)
def test_options_out_of_range(changes, message):
    with pytest.raises(ValueError, match=message):
        InformedRecipe(**changes)


@pytest.mark.parametrize(
    ("clip", "noise", "message"),
    [
        (0, 1, "privacy: clip is 0, allowed is more than 0"),
        (math.inf, 1, "privacy: clip is inf"),
        (1, -1, "privacy: noise is -1, allowed is 0 or more"),
        (1, math.nan, "privacy: noise is nan"),
    ],
)
def test_privacy_out_of_range(clip, noise, message):
    with pytest.raises(ValueError, match=message):
        Privacy(clip, noise)


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
    privacy = calibrated_privacy(clip=0.1, epsilon=10, delta=1e-5, steps=100)
    assert privacy.clip == 0.1
    mu, normal = 10 / privacy.noise, lambda x: math.erfc(-x / math.sqrt(2)) / 2
    delta = normal(mu / 2 - 10 / mu) - math.exp(10) * normal(-mu / 2 - 10 / mu)
    assert delta == pytest.approx(1e-5, rel=1e-3)  # Balle and Wang, arXiv 1805.06530, Theorem 8
