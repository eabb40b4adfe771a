from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from truthserum.findings.differences import COLUMNS, Measured, differences
from truthserum.statistics.paired import Estimate, difference
from truthserum.statistics.scales import angle, as_it_is


def measured(value, draws, **changes):
    """An arm with the AUC of an attack, and a rate that is not resolved."""
    place = {"attack": "lira", "group": "targets", "mode": "none", "measure": "auc"}
    row = {**place, "value": value, "low": value - 0.1, "high": value + 0.1}
    row |= {"resolved": True, "coarse": False} | changes
    blank = row | {"measure": "tpr_at_fpr_0.001", "value": np.nan, "resolved": False}
    return Measured(pd.DataFrame([row, blank]), np.array([draws, [np.nan] * len(draws)]))


def test_every_arm_is_compared_with_its_reference():
    rng = np.random.default_rng(0)
    noise = 0.02 * rng.standard_normal(400)
    arms = {
        "0": measured(0.5, 0.5 + noise),
        "8": replace(measured(0.8, 0.8 + noise, coarse=True), poison_share=0.2),
        "long": measured(0.75, 0.75 + noise),
    }
    table = differences(arms, {"8": "0", "long": "8"})
    assert list(table.columns) == COLUMNS
    assert table[["arm", "reference", "measure"]].to_numpy().tolist() == [
        ["8", "0", "auc"],
        ["long", "8", "auc"],
    ]
    assert table["difference"].tolist() == pytest.approx([0.3, -0.05])
    assert table["low"].tolist() == pytest.approx([0.3, -0.05], abs=0.02)  # noise is shared
    assert table["ratio"].tolist() == pytest.approx([1.6, 0.9375])
    assert table["coarse"].tolist() == [True, True]
    assert table["poison_share"].fillna(-1).tolist() == [0.2, -1]  # of the arm, if it says any


@pytest.mark.parametrize(("measure", "scale"), [("auc", angle), ("mean_exposure", as_it_is)])
def test_p_is_that_on_the_scale_of_the_measure(measure, scale):
    rng = np.random.default_rng(1)
    draws = {value: rng.normal(value, 0.05, 50) for value in (0.6, 0.9)}
    arms = {str(v): measured(v, own, measure=measure) for v, own in draws.items()}
    table = differences(arms, {"0.9": "0.6"})
    low, high = (Estimate(v, v - 0.1, v + 0.1, own) for v, own in draws.items())
    assert table["p"].tolist() == [difference(high, low, scale).p]


def test_models_without_modes_are_held_against_each_mode_of_the_others():
    modes = [measured(0.8, [0.7, 0.9], mode=mode) for mode in ("batch", "running")]
    both = Measured(
        pd.concat([one.metrics for one in modes]), np.concatenate([one.draws for one in modes])
    )
    arms = {"dense": measured(0.5, [0.4, 0.6]), "normalised": both}
    for reference, arm, found in (("dense", "normalised", 0.3), ("normalised", "dense", -0.3)):
        table = differences(arms, {arm: reference})
        assert table["mode"].tolist() == ["batch", "running"]
        assert table["difference"].tolist() == pytest.approx([found, found])


def test_a_measure_that_the_reference_has_not_is_left_out():
    one, other = (measured(0.5, [0.4, 0.6], measure=name) for name in ("auc", "other"))
    assert differences({"a": one, "b": other}, {"b": "a"}).empty


def test_draws_belong_to_rows():
    with pytest.raises(ValueError, match="draws: found 1 rows, allowed are the 2 of the metrics"):
        Measured(measured(0.5, [0.4]).metrics, np.zeros((1, 1)))
