"""The forecast of an audit."""

import numpy as np
import pytest
from scipy.stats import binomtest

from truthserum.audit.forecast import account, forecast, models_to_name, told, width
from truthserum.audit.products import Pair
from truthserum.statistics.signs import nameable


def test_trainings_time_and_what_can_be_shown():
    plan = forecast(1000, {"clean": 8, "poisoned": 8, "short": 4}, 3.0)
    assert plan["trainings"] == {"clean": 16, "poisoned": 16, "short": 8}
    assert plan["core_seconds"] == 60
    assert plan["decisions"] == 8000
    assert plan["measurable"] == {"tpr_at_fpr_0.001": True, "tpr_at_fpr_0.01": True}
    assert plan["nameable"] == 12
    assert not plan["names_any"]
    assert "cannot be named (needs 30 models)" in told("loans", plan)
    assert [row["models"] for row in plan["reaches"]] == [16, 32, 64]


def test_it_is_told_how_many_models_a_width_takes():
    plan = forecast(200, {"clean": 8}, 3.0)
    lines = told("loans", plan).splitlines()
    (row,) = [line for line in lines if line.split()[0] == "32"]
    ends = plan["reaches"][1]["auc"]
    assert f"± {ends['least']:.3f} to {ends['most']:.3f}" in row
    assert lines[-2] == "  ± 0.05 of the AUC takes 2 models or more"
    models, records = (plan["wanted"]["tpr_at_fpr_0.01"][key] for key in ("models", "records"))
    assert lines[-1].startswith(f"  ± 0.05 of the rate at 1 % takes {models} models or more, and ")
    assert lines[-1].endswith(f"up to {records} records, of which there are 200")


def test_what_came_stands_beside_what_the_first_pair_let_expect():
    def trained(*walls, models=2):
        answers = np.zeros((models, 100))
        return [Pair(answers, None, {"wall": wall, "seconds": [1.0] * models}) for wall in walls]

    arms = {"clean": trained(3.0, 5.0), "short": trained(1.0, models=4)}
    found = account(100, arms)
    assert found["core_seconds"] == 3 + 5 + 2 * 1  # a part of four models is two pairs
    assert found["forecast"] == forecast(100, {"clean": 2, "short": 2}, 3.0)
    assert found["forecast"]["core_seconds"] == 4 * 3


def test_few_negatives_measure_no_rate():
    plan = forecast(100, {"clean": 4}, 1.0)
    assert plan["measurable"] == {"tpr_at_fpr_0.001": False, "tpr_at_fpr_0.01": True}


@pytest.mark.parametrize("asked", [100, 1000, 5000])
def test_so_many_models_are_just_enough(asked):
    pairs = models_to_name(asked) // 2
    assert nameable(pairs, 0.05) >= asked > nameable(pairs - 1, 0.05)


def test_the_width_is_that_of_an_exact_interval():
    found = binomtest(100, 1000).proportion_ci()
    assert width(1000) == pytest.approx(found.high - found.low)
