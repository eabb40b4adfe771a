"""The forecast of an audit."""

import numpy as np
import pytest
from scipy.stats import binomtest

from truthserum.audit.forecast import (
    TPR,
    First,
    account,
    arms_of,
    forecast,
    on_machine,
    width,
)
from truthserum.audit.products import Pair
from truthserum.statistics.widths import Decisions, guesses_reach, reaches

FIRST = First(pairs=1, seconds=3.0, memory=2 * 10**8, kept=1800, beside=1800, temporary=10**6)


def planned(asked, arms, targets=100):
    return forecast(arms_of(arms, asked, targets, 3 * asked), FIRST)


def test_trainings_time_disk_and_what_can_be_shown():
    plan = planned(1000, {"clean": 8, "poisoned": 8, "short": 4})
    assert plan["trainings"] == {"clean": 16, "poisoned": 16, "short": 8}
    assert plan["core_seconds"] == 60
    assert (plan["disk_bytes"], plan["memory_bytes"]) == (20 * 1800, 2 * 10**8)
    assert plan["nameable"] == 12
    assert not plan["names_any"]
    assert [row["models"] for row in plan["reaches"]] == [16, 32, 64]
    assert plan["reaches"][1]["auc"] == reaches(Decisions(16, 1000, 1000))["auc"]


def test_each_arm_measures_what_its_models_and_records_allow():
    arms = planned(2000, {"clean": 8, "poisoned": 4, "short": 4, "protected": 4}, 20)["arms"]
    assert arms["clean"]["decisions"] == 16_000
    assert arms["poisoned"]["measurable"] == {"tpr_at_fpr_0.001": False, "tpr_at_fpr_0.01": False}
    assert arms["short"]["measurable"] == {"tpr_at_fpr_0.001": True, "tpr_at_fpr_0.01": True}
    assert arms["short"]["reaches"] == reaches(Decisions(4, 2000, 2000))
    assert arms["protected"]["records"] == 1000
    assert arms["protected"]["reaches"] == {"attribute_right": guesses_reach(4, 1000)}


def test_a_machine_trains_as_many_as_it_has_cores():
    arms = arms_of({"clean": 3, "short": 2}, 100, 0, 0)
    many, few = (on_machine(arms, FIRST, cores) for cores in (8, 2))
    assert (few["seconds"], few["memory_bytes"]) == (7.5, 4 * 10**8)
    assert few["disk_bytes"] == 5 * 3600 + 2 * 10**6
    assert (many["seconds"], many["memory_bytes"]) == (3.0, 10**9)  # five jobs
    shards = First(pairs=4, seconds=3.0, memory=10**9, kept=1, beside=1, temporary=0)
    assert on_machine(arms, shards, 8)["memory_bytes"] == 2 * 10**9
    assert on_machine(arms, shards, 8)["seconds"] == 12.0  # no shorter than a shard


def test_of_a_protected_column_every_value_is_an_answer():
    plan = planned(500, {"clean": 4, "protected": 2})
    assert plan["disk_bytes"] == 4 * 1800 + 2 * 3 * 1800
    parts = [Pair(np.zeros((2, 300)), None, trained(1.0)[0].made)]
    found = account(100, 0, {"clean": trained(1.0), "protected": parts})
    assert found["disk_bytes"] == found["forecast"]["disk_bytes"] == 1600 + 4800


def test_so_many_models_or_records_are_wanted():
    wanted = planned(200, {"clean": 8})["wanted"]
    one = wanted[TPR]
    assert reaches(Decisions(one["models"] // 2, 200, 200))[TPR]["least"] <= wanted["reach"]
    assert reaches(Decisions(2, one["records"], one["records"]))[TPR]["most"] <= wanted["reach"]


def trained(*walls, models=2, memory=7):
    answers, made = np.zeros((models, 100)), {"memory": memory, "beside": 900, "temporary": 40}
    return [
        Pair(answers, None, {"wall": wall, "seconds": [1.0] * models, **made}) for wall in walls
    ]


def test_what_came_stands_beside_what_the_first_pair_let_expect():
    arms = {"clean": trained(3.0, 5.0), "short": trained(1.0, models=4, memory=9)}
    found = account(100, 0, arms)
    assert found["core_seconds"] == 3 + 5 + 2 * 1  # a part of four models is two pairs
    assert (found["disk_bytes"], found["memory_bytes"]) == (8 * 100 * 8, 9)
    first = First(pairs=1, seconds=3.0, memory=7, kept=1600, beside=900, temporary=40)
    asked = arms_of({"clean": 2, "short": 2}, 100, 0, 0)
    assert found["forecast"] == forecast(asked, first)
    assert found["forecast"]["core_seconds"] == 4 * 3
    assert found["forecast"]["memory_bytes"] == 7


def test_the_first_of_a_shard_counts_by_pair():
    (shard,) = trained(3.0, models=8)
    first = First.of(shard)
    assert (first.pairs, first.kept, first.beside, first.memory) == (4, 1600, 225, 7)


def test_answers_are_as_large_as_their_file(tmp_path):
    pair = Pair(np.zeros((2, 5000)), np.zeros((2, 5000), bool), {"key": "k"})
    pair.save(tmp_path / "pair.npz")
    assert pair.bytes == 2 * 5000 * 9
    assert pair.bytes < (tmp_path / "pair.npz").stat().st_size < pair.bytes + 2000


def test_few_negatives_measure_no_rate():
    plan = planned(100, {"clean": 4})
    measurable = {"tpr_at_fpr_0.001": False, "tpr_at_fpr_0.01": True}
    assert plan["arms"]["clean"]["measurable"] == measurable


def test_the_width_is_that_of_an_exact_interval():
    found = binomtest(100, 1000).proportion_ci()
    assert width(1000) == pytest.approx(found.high - found.low)
