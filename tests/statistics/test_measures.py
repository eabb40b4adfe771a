import numpy as np
import pytest

from truthserum.statistics.bootstrap import pairs
from truthserum.statistics.intervals import clopper_pearson
from truthserum.statistics.measures import Measure, measure
from truthserum.statistics.roc import roc

NAMES = ["tpr_at_fpr_0.001", "tpr_at_fpr_0.01", "fpr_at_tpr_0.5", "auc", "balanced_accuracy"]


def test_rows_hold_the_measures_of_the_curve(decisions):
    rng = np.random.default_rng(1)
    scores, member = decisions(rng, 16, 250)
    rows = measure(scores, member, rng, pairs(16), draws=50)
    curve = roc(scores, member)
    expected = [
        curve.tpr_at_fpr(0.001),
        curve.tpr_at_fpr(0.01),
        curve.fpr_at_tpr(0.5),
        curve.auc(),
        curve.balanced_accuracy(),
    ]
    assert [row.name for row in rows] == NAMES
    np.testing.assert_allclose([row.value for row in rows], expected)
    for row in rows:
        assert row.resolved and row.low < row.value < row.high
        assert (row.positives, row.negatives) == (2000, 2000)


def test_what_the_negatives_cannot_resolve_is_no_number(decisions):
    rng = np.random.default_rng(2)
    rows = measure(*decisions(rng, 8, 100), rng, pairs(8), draws=10)
    assert [row.resolved for row in rows] == [False, True, True, True, True]
    assert np.isnan([rows[0].value, rows[0].low, rows[0].high]).all()
    assert str(rows[0]) == "unresolved (400 negatives)"


def test_perfect_separation_is_not_certain():
    member = np.arange(8)[:, None] % 2 == np.arange(300) % 2
    rows = measure(member * 1.0, member, np.random.default_rng(3), pairs(8), draws=10)
    values = {row.name: (row.value, row.low, row.high) for row in rows}
    low, high = clopper_pearson(1200, 1200)
    assert values["tpr_at_fpr_0.001"] == (1, low, high)
    assert values["fpr_at_tpr_0.5"] == pytest.approx((0, 1 - high, 1 - low))
    assert values["auc"] == (1, 1, 1)


def test_no_leak_is_covered(decisions):
    rng = np.random.default_rng(4)
    noise, member = rng.standard_normal((16, 300)), decisions(rng, 16, 300)[1]
    rows = {row.name: row for row in measure(noise, member, rng, pairs(16), draws=100)}
    for name, truth in (("auc", 0.5), ("tpr_at_fpr_0.01", 0.01), ("fpr_at_tpr_0.5", 0.5)):
        assert rows[name].low < truth < rows[name].high


def test_print():
    assert str(Measure("auc", 0.71234, 0.7, 0.725, 10, 10, True)) == "0.7123 [0.7, 0.725]"


def test_input_that_does_not_fit_is_refused(decisions):
    rng = np.random.default_rng(5)
    game = decisions(rng, 8, 30)
    for levels in ({"levels": (0.0,)}, {"tpr_levels": (1.5,)}):
        with pytest.raises(ValueError, match="level: found"):
            measure(*game, rng, pairs(8), **levels)
    with pytest.raises(ValueError, match="resolved: found True with value nan"):
        Measure("auc", np.nan, 0.0, 1.0, 1, 1, True)
