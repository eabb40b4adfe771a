import numpy as np
import pytest
from scipy.stats import norm

from truthserum.statistics.bootstrap import pairs
from truthserum.statistics.intervals import clopper_pearson
from truthserum.statistics.measures import Measure, measure
from truthserum.statistics.roc import roc

NAMES = [
    *("tpr_at_fpr_0.001", "tpr_at_fpr_0.01", "fpr_at_tpr_0.1", "fpr_at_tpr_0.5"),
    *("auc", "balanced_accuracy", "precision_at_tpr_0.1", "precision_at_tpr_0.5"),
]


def test_rows_hold_the_measures_of_the_curve(decisions):
    rng = np.random.default_rng(1)
    scores, member = decisions(rng, 16, 250)
    rows = measure(scores, member, rng, pairs(16), np.arange(250), draws=50)
    curve = roc(scores, member)
    expected = [
        curve.tpr_at_fpr(0.001),
        curve.tpr_at_fpr(0.01),
        curve.fpr_at_tpr(0.1),
        curve.fpr_at_tpr(0.5),
        curve.auc(),
        curve.balanced_accuracy(),
        0.1 / (0.1 + curve.fpr_at_tpr(0.1)),
        0.5 / (0.5 + curve.fpr_at_tpr(0.5)),
    ]
    assert [row.name for row in rows] == NAMES
    np.testing.assert_allclose([row.value for row in rows], expected)
    for row in rows:
        assert row.resolved and row.low < row.value < row.high
        assert (row.positives, row.negatives) == (2000, 2000)


def test_what_the_negatives_cannot_resolve_is_no_number(decisions):
    rng = np.random.default_rng(2)
    rows = measure(*decisions(rng, 8, 100), rng, pairs(8), np.arange(100), draws=10)
    assert [row.name for row in rows if not row.resolved] == ["tpr_at_fpr_0.001"]
    assert np.isnan([rows[0].value, rows[0].low, rows[0].high]).all()
    assert str(rows[0]) == "unresolved (400 negatives)"


def test_perfect_separation_is_not_certain():
    member = np.arange(8)[:, None] % 2 == np.arange(300) % 2
    rng = np.random.default_rng(3)
    rows = measure(member * 1.0, member, rng, pairs(8), np.arange(300), draws=10)
    values = {row.name: (row.value, row.low, row.high) for row in rows}
    low, high = clopper_pearson(1200, 1200)
    assert values["tpr_at_fpr_0.001"] == (1, low, high)
    assert values["fpr_at_tpr_0.5"] == pytest.approx((0, 1 - high, 1 - low))
    assert values["precision_at_tpr_0.5"] == pytest.approx((1, 0.5 / (0.5 + 1 - low), 1))
    assert values["auc"] == (1, 1, 1)


def test_no_leak_is_covered(decisions):
    rng = np.random.default_rng(4)
    noise, member = rng.standard_normal((16, 300)), decisions(rng, 16, 300)[1]
    found = measure(noise, member, rng, pairs(16), np.arange(300), draws=100)
    rows = {row.name: row for row in found}
    chance = {"auc": 0.5, "tpr_at_fpr_0.01": 0.01, "fpr_at_tpr_0.1": 0.1, "fpr_at_tpr_0.5": 0.5}
    for name, truth in (chance | {f"precision_at_tpr_{at}": 0.5 for at in (0.1, 0.5)}).items():
        assert rows[name].low < truth < rows[name].high


def test_precision_is_counted_where_half_are_members():
    """Of 100 members and 100 others, the first to be accepted are 3 members, 1 other, 7 members."""
    ranked = np.repeat([True, False, True, False], [3, 1, 7, 9])
    ranked = np.append(ranked, np.repeat([True, False], [90, 90]))
    scores, rng = -np.arange(200.0)[None], np.random.default_rng(4)
    found = measure(scores, ranked[None], rng, np.arange(1), np.arange(200), draws=20)
    row = {row.name: row for row in found}["precision_at_tpr_0.1"]
    assert row.value == pytest.approx(10 / 11)  # of eleven accepted ten are members
    assert row.low < row.value < row.high <= 1


def test_the_interval_of_a_precision_covers_it(decisions):
    """Scores N(1, 1) of members and N(0, 1) of others: at 50 % TPR the FPR is Phi(-1)."""
    rng, truth = np.random.default_rng(6), 0.5 / (0.5 + norm.cdf(-1))
    covered = 0
    for _ in range(60):
        game = decisions(rng, 8, 100, of_points=0.0, of_models=0.0)
        found = {row.name: row for row in measure(*game, rng, pairs(8), np.arange(100), draws=60)}
        covered += found["precision_at_tpr_0.5"].low <= truth <= found["precision_at_tpr_0.5"].high
    assert covered >= 54


def test_print():
    assert str(Measure("auc", 0.71234, 0.7, 0.725, 10, 10, True)) == "0.7123 [0.7, 0.725]"


def test_input_that_does_not_fit_is_refused(decisions):
    rng = np.random.default_rng(5)
    game = decisions(rng, 8, 30)
    for levels in ({"levels": (0.0,)}, {"tpr_levels": (1.5,)}):
        with pytest.raises(ValueError, match="level: found"):
            measure(*game, rng, pairs(8), np.arange(30), **levels)
    with pytest.raises(ValueError, match="resolved: found True with value nan"):
        Measure("auc", np.nan, 0.0, 1.0, 1, 1, True)
