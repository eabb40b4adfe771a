import numpy as np
import pandas as pd
import pytest
from scipy import stats

from truthserum.findings.facts import of_models


def test_the_mean_of_each_role_has_the_interval_of_student():
    accuracy = np.array([0.8, 0.9, 0.85, np.nan, np.nan])
    models = pd.DataFrame({"role": ["released"] * 4 + ["shadow"], "test_accuracy": accuracy})
    (row,) = of_models(models).to_dict("records")
    low, high = stats.t.interval(0.95, 2, 0.85, stats.sem(accuracy[:3]))
    assert (row["value"], row["low"], row["high"]) == pytest.approx((0.85, low, high))
    place = ("attack", "group", "mode", "measure", "positives")
    assert [row[key] for key in place] == ["none", "models", "released", "test_accuracy", 3]


def test_models_without_a_role_are_all_of_one():
    assert of_models(pd.DataFrame({"test_accuracy": [0.5, 0.6]}))["mode"].tolist() == ["all"]


def test_a_single_model_or_one_that_is_not_tested_says_nothing():
    assert of_models(pd.DataFrame({"held_loss": [1.0, 2.0]})).empty
    assert of_models(pd.DataFrame({"test_accuracy": [0.5]})).empty


def test_how_many_poisons_are_fitted_is_a_fact():
    fitted = pd.DataFrame({"poison_accuracy": [0.9, 1.0], "test_accuracy": [0.8, 0.7]})
    found = of_models(fitted).set_index("measure")["value"]
    assert found.to_dict() == pytest.approx({"poison_accuracy": 0.95, "test_accuracy": 0.75})


def test_shares_of_poison_are_facts_of_their_own():
    models = pd.DataFrame({"poison_share": [0.2, 0.2], "target_share": [0.002, 0.002]})
    found = of_models(models).set_index("measure")
    assert found["value"].to_dict() == {"poison_share": 0.2, "target_share": 0.002}
    assert (found["low"] == found["high"]).all()
