import json

import numpy as np
import pandas as pd
import pytest

from truthserum.findings.numbers import Call, Results

PLACE = {"experiment": "e", "attack": "lira", "group": "targets", "mode": "running"}
RATE = "tpr_at_fpr_0.001"


def metrics(arm, value, **other):
    row = {**PLACE, "arm": arm, "measure": RATE, "value": value, "low": 0.1, "high": 0.9}
    return row | {"positives": 20, "negatives": 2000} | other


def difference(**other):
    row = {**PLACE, "arm": "8", "reference": "0", "measure": RATE, "difference": 0.5, "low": 0.4}
    row |= {"high": 0.6, "ratio": 6.0, "ratio_low": 4.0, "ratio_high": np.nan, "coarse": False}
    return row | other


@pytest.fixture
def make_results():
    def make(answer=None, **changes):
        compared = difference(**changes)
        stated = pd.DataFrame([compared]).assign(answer=answer)
        repeated = [
            metrics(arm, value, seed=seed)
            for seed, *values in ((7, 0.2, 0.8), (5, 0.15, 0.7))
            for arm, value in zip(("0", "8"), values, strict=True)
        ]
        of_models = {"attack": "none", "group": "models", "mode": "all"}
        poison = metrics("8", 0.2, **of_models, measure="poison_share")
        rows = [metrics("0", 0.123456789), metrics("8", np.float64(0.6)), poison]
        tables = {
            "metrics": pd.DataFrame([*rows, metrics("8", np.nan, attack="rmia")]),
            "differences": pd.DataFrame([compared]),
            "statements": stated if answer else stated.iloc[:0],
            "seeds": pd.DataFrame(repeated),
            "epsilon": pd.DataFrame(
                [{"experiment": "e", "arm": "8", "attack": "lira", "lower": 2}]
            ),
            "ledger": pd.DataFrame(
                {
                    "claim": [*"abc"],
                    "verdict": ["agrees", "differs", "agrees"],
                    "experiment": [*"efg"],
                }
            ),
        }
        return Results(tables, {"e": {"leak": "inference", "attack": "lira", "mode": "running"}})

    return make


def test_a_call_is_written_as_in_a_template():
    call = Call("value", ("e", 8, RATE), {"mode": "batch", "attack": "rmia"})
    assert str(call) == f'value("e", 8, "{RATE}", attack="rmia", mode="batch")'
    assert str(Call("ledger", ("any",), scale="paper")) == 'ledger("any", scale="paper")'
    assert call.experiment == "e" and Call("ledger", ("any",)).experiment is None
    assert Call("cell", ("epsilon", "e", 8, "lower")).experiment == "e"


def test_a_value_is_the_row_of_what_the_figures_show(make_results):
    found = make_results().look_up(Call("value", ("e", 0, RATE)))
    assert found == {
        "value": 0.123457,
        "low": 0.1,
        "high": 0.9,
        "positives": 20,
        "negatives": 2000,
    }
    assert json.loads(json.dumps(found)) == found
    other = make_results().look_up(Call("value", ("e", 8, RATE), {"attack": "rmia"}))
    assert other["value"] is None
    assert make_results().look_up(Call("value", ("e", 8, "poison_share")))["value"] == 0.2


@pytest.mark.parametrize(
    ("answer", "changes", "expected", "asked"),
    [
        ("raised, but not after correction", {}, "raised, but not after correction", True),
        (None, {}, "raised", False),
        (None, {"low": -0.6, "high": -0.1}, "lowered", False),
        (None, {"low": 0.0}, "no difference found", False),
        ("no difference found", {"low": -0.1}, "no difference found", True),
    ],
)
def test_an_answer_is_that_of_the_statement_else_of_the_interval(
    make_results, answer, changes, expected, asked
):
    found = make_results(answer, **changes).look_up(Call("change", ("e", 8, RATE)))
    assert (found["answer"], found["asked"]) == (expected, asked)
    assert (found["reference_value"], found["value"]) == (0.123457, 0.6)
    assert found["difference_low"] == changes.get("low", 0.4) and found["ratio_high"] is None


def test_other_seeds_cells_and_verdicts(make_results):
    results = make_results()
    assert results.look_up(Call("seeds", ("e", 8, RATE))) == {
        "seeds": [[5, 0.15, 0.7], [7, 0.2, 0.8]]
    }
    alone = results.look_up(Call("seeds", ("e", 0, RATE)))
    assert alone == {"seeds": [[5, 0.15], [7, 0.2]]}
    cell = Call("cell", ("epsilon", "e", 8, "lower"), {"attack": "lira"})
    assert results.look_up(cell) == {"value": 2}
    assert results.look_up(Call("ledger", ("agrees",))) == {"count": 2, "claims": ["a", "c"]}
    assert results.look_up(Call("ledger", ("any",)))["count"] == 3
    of_one = Call("ledger", ("agrees",), {"experiment": "g"})
    assert results.look_up(of_one) == {"count": 1, "claims": ["c"]} and of_one.experiment == "g"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            Call("value", ("e", 9, RATE)),
            r'value\("e", 9, .*: metrics: found 0 rows, allowed is one',
        ),
        (Call("worth", ()), "found worth, allowed are value, change"),
        (Call("value", ("f", 8, RATE)), "f"),
    ],
)
def test_what_is_not_there_is_refused(make_results, call, sentence):
    with pytest.raises(ValueError, match=sentence):
        make_results().look_up(call)
