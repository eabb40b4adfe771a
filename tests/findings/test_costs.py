"""What a reproduction took, beside its plan."""

import pandas as pd

from truthserum.findings.costs import UNPLANNED, Took, Trained, of_cost, of_forecast

TOOK = [Took("a", 12, 12, 5400.0), Took("b", 3, 4, 30.0), Took("c", 0, 4, 0.0)]


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_the_cost_is_summed_and_says_where_it_stands():
    made = of_cost(
        [Trained("a", 3, 3600.0, ["x86"], ["float32"]), Trained("b", 1, 7200.0, [], [])],
        "results/smoke",
    )
    assert texts(made) == [
        ["a", "3", "1.0 hours", "x86", "float32", "results/smoke/a/*/shard-*.json"],
        ["b", "1", "2.0 hours", "", "", "results/smoke/b/*/shard-*.json"],
        ["all", "4", "3.0 hours", "", "", ""],
    ]


def test_the_plan_stands_beside_what_came():
    plan = pd.DataFrame(
        {"experiment": ["a", "b"], "core_hours": [2.0, float("nan")], "by": ["its own jobs", "?"]}
    )
    made = of_forecast(plan, TOOK, "results/smoke")
    assert [row[:5] for row in texts(made)] == [
        ["a", "2.0 hours", "1.5 hours", "12 of 12", "its own jobs"],
        ["b", "unknown", "30.0 seconds", "3 of 4", "?"],
        ["c", UNPLANNED, "–", "0 of 4", ""],
        ["all", "2.0 hours", "1.5 hours", "12 of 12", "without 2"],
    ]
    assert "results/smoke/plan/plan.csv" in made.caption


def test_without_a_plan_it_says_so():
    made = of_forecast(None, TOOK, "results/smoke")
    assert {row[1] for row in texts(made)} == {UNPLANNED}
    assert texts(made)[0][2] == "1.5 hours"
