import numpy as np
import pytest
from halves import halves
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
        curve.precision_at_tpr(0.1),
        curve.precision_at_tpr(0.5),
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
    assert [row.name for row in rows if row.coarse] == ["tpr_at_fpr_0.001", "tpr_at_fpr_0.01"]
    assert str(rows[0]) == "unresolved (400 negatives)"


def test_perfect_separation_is_not_certain():
    member = np.arange(8)[:, None] % 2 == np.arange(300) % 2
    rng = np.random.default_rng(3)
    rows = measure(member * 1.0, member, rng, pairs(8), np.arange(300), draws=10)
    values = {row.name: (row.value, row.low, row.high) for row in rows}
    low, high = clopper_pearson(1200, 1200)
    assert values["tpr_at_fpr_0.001"] == (1, low, high)
    assert values["fpr_at_tpr_0.5"] == pytest.approx((0, 1 - high, 1 - low))
    assert values["precision_at_tpr_0.5"] == (1, clopper_pearson(600, 600)[0], 1)
    assert values["auc"] == (1, low, 1)
    assert values["balanced_accuracy"] == (1, clopper_pearson(2400, 2400)[0], 1)


def test_a_few_decisions_are_never_certain():
    """Of three members and nine others all are told apart: three pairs, or six right decisions."""
    member = np.arange(12)[None] < 3
    rng = np.random.default_rng(3)
    for sign, name, decided in ((1, "auc", 3), (1, "balanced_accuracy", 6), (-1, "auc", 3)):
        found = measure(sign * member, member, rng, np.arange(1), np.arange(12), draws=50)
        (row,) = [row for row in found if row.name == name]
        low = 0.025 ** (1 / decided)
        expected = (1, low, 1) if sign == 1 else (0, 0, 1 - low)
        assert (row.value, row.low, row.high) == pytest.approx(expected)


def test_a_precision_that_all_draws_have_has_the_interval_of_one_decision():
    """In each of three pairs another is ahead of a member, wherever the pairs stand."""
    scores, member = np.arange(6.0)[:, None], np.array([True, False] * 3)[:, None]
    found = measure(scores, member, np.random.default_rng(5), pairs(6), np.arange(1), draws=50)
    rows = {row.name: row for row in found}
    row = rows["precision_at_tpr_0.5"]
    assert row.value == 0.5
    assert (row.low, row.high) == pytest.approx((0, 0.975))


def test_no_leak_is_covered(decisions):
    rng = np.random.default_rng(4)
    noise, member = rng.standard_normal((16, 300)), decisions(rng, 16, 300)[1]
    found = measure(noise, member, rng, pairs(16), np.arange(300), draws=100)
    rows = {row.name: row for row in found}
    chance = {"auc": 0.5, "tpr_at_fpr_0.01": 0.01, "fpr_at_tpr_0.1": 0.1, "fpr_at_tpr_0.5": 0.5}
    for name, truth in (chance | {f"precision_at_tpr_{at}": 0.5 for at in (0.1, 0.5)}).items():
        assert rows[name].low < truth < rows[name].high
    assert rows["balanced_accuracy"].low == 0.5 < rows["balanced_accuracy"].high


@pytest.mark.parametrize(
    ("models", "points", "distance"),
    [(16, 120, 0.0), (16, 120, 0.2), (16, 120, 1.0), (8, 2, 0.0), (8, 20, 0.0), (8, 20, 3.0)],
)
def test_the_interval_of_a_maximum_covers_the_best_threshold(models, points, distance):
    """Scores N(d, 1) of members and N(0, 1) of others: at best Phi(d / 2) are told apart.

    The best of the thresholds found is above that, and the best of a draw further above. Where
    decisions are few, draws of no width are no certainty.
    """
    rng, truth, covered = np.random.default_rng(7), norm.cdf(distance / 2), 0
    for _ in range(80):
        even = rng.permuted(np.tile(np.arange(points) % 2 == 0, (models // 2, 1)), axis=1)
        member = np.stack([even, ~even], axis=1).reshape(models, points)
        scores = distance * member + rng.standard_normal(member.shape)
        found = measure(scores, member, rng, pairs(models), np.arange(points), draws=60)
        (row,) = [row for row in found if row.name == "balanced_accuracy"]
        covered += row.low <= truth <= row.high
        assert 0.5 <= row.low <= row.value <= row.high <= 1
        assert row.low < row.high
    assert covered >= 72


def test_precision_is_counted_where_half_are_members():
    """Members and others in four groups of equal scores: what is accepted is counted, by hand."""
    members, others = [3, 7, 50, 40], [1, 3, 30, 66]
    scores = np.repeat([4.0, 3.0, 2.0, 1.0, 4.0, 3.0, 2.0, 1.0], members + others)[None]
    member, rng = np.arange(200)[None] < 100, np.random.default_rng(4)
    levels = {"tpr_levels": (0.05, 0.1, 0.5, 0.7)}
    found = measure(scores, member, rng, np.arange(1), np.arange(200), **levels, draws=50)
    rows = {row.name: row for row in found}
    # accepted with a TPR of 10 %, 10 %, 60 % and 100 %: ten of 14, twice, sixty of 94, half of all
    for level, value in zip(levels["tpr_levels"], (10 / 14, 10 / 14, 60 / 94, 0.5), strict=True):
        row = rows[f"precision_at_tpr_{level:g}"]
        assert row.value == pytest.approx(value)
        assert row.low <= row.value <= row.high <= 1


def test_equal_scores_are_as_precise_as_guessing():
    member, rng = np.arange(40)[None] < 20, np.random.default_rng(8)
    found = measure(np.zeros((1, 40)), member, rng, np.arange(1), np.arange(40), draws=20)
    rows = {row.name: row.value for row in found}
    assert rows["precision_at_tpr_0.1"] == rows["precision_at_tpr_0.5"] == rows["auc"] == 0.5


def test_rare_members_count_as_half_of_all():
    """Of 20 members and 380 others, tied in five groups; a naive count, others at 20 / 380."""
    rng = np.random.default_rng(9)
    member = np.arange(400)[None] < 20
    scores = rng.integers(0, 5, (1, 400)) + 2 * member
    found = measure(scores, member, rng, np.arange(1), np.arange(400), draws=20)
    for level in (0.1, 0.5):
        thresholds = sorted(set(scores.ravel()), reverse=True)
        at = next(t for t in thresholds if np.sum(scores[member] >= t) >= 20 * level)
        hits = np.sum(scores[member] >= at)
        mistakes = np.sum(scores[~member] >= at) * 20 / 380
        (row,) = [row for row in found if row.name == f"precision_at_tpr_{level:g}"]
        assert row.value == pytest.approx(hits / (hits + mistakes))


def test_the_interval_of_a_precision_covers_it(decisions):
    """Scores N(1, 1) of members and N(0, 1) of others: at 50 % TPR the FPR is Phi(-1)."""
    rng, truth = np.random.default_rng(6), 0.5 / (0.5 + norm.cdf(-1))
    covered = 0
    for _ in range(60):
        game = decisions(rng, 8, 100, of_points=0.0, of_models=0.0)
        found = {row.name: row for row in measure(*game, rng, pairs(8), np.arange(100), draws=60)}
        covered += found["precision_at_tpr_0.5"].low <= truth <= found["precision_at_tpr_0.5"].high
    assert covered >= 54


@pytest.mark.parametrize("members, least", [(1, 60), (2, 54), (4, 52), (8, 52)])
def test_the_interval_of_an_auc_of_few_members_covers_it(members, least):
    """Nothing is told: of 60 games the percentiles of one member held 0.5 in 4, of four in 48."""
    rng, covered = np.random.default_rng(0), 0
    member = np.arange(200)[None] < members
    for _ in range(60):
        scores = rng.normal(size=(1, 200))
        rows = measure(scores, member, rng, np.arange(1), np.arange(200), draws=60)
        (auc,) = [row for row in rows if row.name == "auc"]
        assert 0 <= auc.low <= auc.value <= auc.high <= 1
        covered += auc.low <= 0.5 <= auc.high
    assert covered >= least


def test_the_interval_of_an_auc_of_few_people_covers_it():
    """Ten people of ten records each, in or out together: they differ, and so does what they leak.

    Of 100 games the percentiles held the AUC of all people in 82.
    """
    rng, truth, covered = np.random.default_rng(0), norm.cdf(2 / np.sqrt(11)), 0
    people = np.repeat(np.arange(10), 10)
    for _ in range(100):
        coin = rng.random((8, 10)) < 0.5
        member = np.stack([coin, ~coin], axis=1).reshape(16, 10)[:, people]
        easy, leak = rng.normal([[0], [2]], [[2], [1]], (2, 10))[:, people]
        scores = easy + leak * member + rng.normal(size=member.shape)
        (auc,) = measure(scores, member, rng, pairs(16), people, draws=60)[4:5]
        covered += auc.low <= truth <= auc.high
    assert covered >= 91


def test_the_interval_of_a_balanced_accuracy_of_few_targets_covers_it():
    """Targets leak differently. Of 100 games the interval held that of all targets in 89."""

    def game(models, targets):
        member = halves(rng, models, targets)
        leak = 2 * np.exp(0.8 * rng.standard_normal(targets))
        return leak * member + rng.standard_normal(member.shape), member

    rng, covered = np.random.default_rng(0), 0
    truth = roc(*game(100, 5000)).balanced_accuracy()
    for _ in range(100):
        rows = measure(*game(24, 12), rng, pairs(24), np.arange(12), draws=60)
        (accuracy,) = [row for row in rows if row.name == "balanced_accuracy"]
        covered += accuracy.low <= truth <= accuracy.high
        assert 0.5 <= accuracy.low <= accuracy.value <= accuracy.high <= 1
    assert covered >= 92


@pytest.mark.parametrize("members, records", [(10, 500), (100, 200)])
def test_the_interval_of_a_high_auc_covers_it(members, records):
    """Of 60 games the percentiles held it in 44 and in 53: few are wrong, or none."""
    rng, truth, covered = np.random.default_rng(0), norm.cdf(3 / np.sqrt(2)), 0
    member = np.arange(records)[None] < members
    for _ in range(60):
        scores = rng.normal(size=(1, records)) + 3 * member
        (auc,) = measure(scores, member, rng, np.arange(1), np.arange(records), draws=60)[4:5]
        covered += auc.low <= truth <= auc.high
    assert covered >= 56


def test_print():
    row = Measure("auc", 0.71234, 0.7, 0.725, 10, 10, True, False, np.zeros(2))
    assert str(row) == "0.7123 [0.7, 0.725]"


def test_input_that_does_not_fit_is_refused(decisions):
    rng = np.random.default_rng(5)
    game = decisions(rng, 8, 30)
    for levels in ({"levels": (0.0,)}, {"tpr_levels": (1.5,)}):
        with pytest.raises(ValueError, match="level: found"):
            measure(*game, rng, pairs(8), np.arange(30), **levels)
    with pytest.raises(ValueError, match="resolved: found True with value nan"):
        Measure("auc", np.nan, 0.0, 1.0, 1, 1, True, False, np.zeros(2))


@pytest.mark.parametrize("freedom", [3, 5, 100])
def test_the_interval_of_a_rate_at_a_few_false_positives_covers_it(freedom):
    """Tails from heavy to normal, targets that differ, two false positives expected.

    About .94 of 1,000 games, whose standard error is .014 here: two of them are allowed.
    """
    rng, games = np.random.default_rng(1), 300

    def game(models, points):
        member = halves(rng, models, points)
        pull = 6 * np.exp(0.4 * rng.standard_normal(points)) * member
        own = 0.5 * rng.standard_normal(points) + 0.2 * rng.standard_normal((models, 1))
        return pull + own + rng.standard_t(freedom, member.shape), member

    truth = roc(*game(1000, 1000)).tpr_at_fpr(0.001)
    covered = 0
    for _ in range(games):
        rows = measure(*game(32, 125), rng, pairs(32), np.arange(125), draws=50)
        assert rows[0].coarse and rows[0].low <= rows[0].value <= rows[0].high
        covered += rows[0].low <= truth <= rows[0].high
    assert covered >= 0.912 * games
