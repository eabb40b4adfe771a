import math

import numpy as np
import pytest

from truthserum.training.recipe import Augmentation, Recipe

GOOD = {"epochs": 2, "batch": 8, "lr": 0.1}


@pytest.mark.parametrize("step", [0, 3, 5, 10, 250, 999])
def test_official_schedule(step):
    p = step / 1000
    expected = 0.1 * math.cos(7 * math.pi * p / 16) * np.clip(100 * p, 0, 1)
    assert Recipe(**GOOD, schedule="official").rate(step, 1000) == pytest.approx(expected)


def test_triangle_rises_to_the_peak_and_falls_to_nothing():
    rates = [Recipe(**GOOD, schedule="triangle").rate(step, 100) for step in range(101)]
    assert rates[0] == 0
    assert rates[15] == pytest.approx(0.1)
    assert rates[100] == pytest.approx(0)
    assert np.allclose(np.diff(rates[:16]), 0.1 / 15)
    assert np.allclose(np.diff(rates[15:]), -0.1 / 85)


def test_constant_schedule():
    recipe = Recipe(**GOOD, schedule="constant")
    assert [recipe.rate(step, 7) for step in (0, 3, 6)] == [0.1] * 3


@pytest.mark.parametrize(
    ("epochs", "rows", "steps"), [(2, 16, 4), (2, 17, 6), (0.5, 17, 2), (0.01, 17, 1), (3, 1, 3)]
)
def test_an_epoch_is_the_batches_that_hold_all_rows(epochs, rows, steps):
    assert Recipe(epochs=epochs, batch=8, lr=0.1).steps(rows) == steps


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epochs": 0}, "epochs: found 0, allowed is more than 0"),
        ({"batch": -1}, "batch: found -1, allowed is 1 or more"),
        ({"lr": math.nan}, "lr: found NaN, allowed is a finite number"),
        ({"momentum": 1}, "momentum: found 1, allowed is less than 1"),
        ({"weight_decay": -1e-4}, r"weight_decay: found -0\.0001, allowed is 0 or more"),
        (
            {"schedule": "cosine"},
            'schedule: found "cosine", allowed are official, tri',
        ),
        ({"batch": 2.5}, r"batch: found 2\.5, allowed is a whole number"),
        (
            {"momentum": 0, "nesterov": True},
            "nesterov: found true, allowed is false where",
        ),
    ],
)
def test_options_out_of_range(changes, message):
    with pytest.raises(ValueError, match=message):
        Recipe(**GOOD | changes)


def test_crop_out_of_range():
    with pytest.raises(ValueError, match="crop: found -1, allowed is 0 or more"):
        Augmentation(crop=-1)
