import numpy as np
import pytest
from scipy.stats import norm

from truthserum.statistics.bootstrap import bootstrap, pairs, percentile_interval
from truthserum.statistics.roc import roc


def auc(curve):
    return np.array([curve.auc()])


def test_a_draw_is_the_measure_of_the_models_and_points_drawn(decisions):
    scores, member = decisions(np.random.default_rng(1), 6, 10)
    units = np.array([4, 4, 7, 7, 7, 9])

    def counts(curve):
        return np.array([curve.auc(), curve.tpr_at_fpr(0.1), curve.positives, curve.negatives])

    blocks = np.array([3, 3, 0, 0, 0, 1, 8, 1, 9, 9])
    draws = bootstrap(scores, member, counts, np.random.default_rng(2), 20, units, blocks)
    rng = np.random.default_rng(2)
    for draw in draws:
        times_unit = rng.multinomial(3, [1 / 3] * 3)
        times_block = rng.multinomial(5, [0.2] * 5)
        models = np.repeat(np.arange(6), times_unit[[0, 0, 1, 1, 1, 2]])
        points = np.repeat(np.arange(10), times_block[[2, 2, 0, 0, 0, 1, 3, 1, 4, 4]])
        chosen = np.ix_(models, points)
        np.testing.assert_allclose(draw, counts(roc(scores[chosen], member[chosen])))


def test_some_points_are_drawn_with_the_models_of_others_if_blocks_have_their_own_stream():
    """Pairs of models that leak very differently, and all points alike: both parts go along."""
    rng = np.random.default_rng(1)
    member = np.repeat(rng.random((8, 200)) < 0.5, 2, axis=0)
    member[1::2] = ~member[1::2]
    scores = rng.standard_normal(member.shape) + np.repeat(np.arange(8), 2)[:, None] / 2 * member

    def drawn(points, **apart):
        chosen = scores[:, points], member[:, points], auc, np.random.default_rng(2), 200
        blocks = np.arange(len(chosen[0][0]))
        return bootstrap(*chosen, pairs(16), blocks, **apart)[:, 0]

    parts = slice(0, 90), slice(90, 200)  # of other sizes
    alone = [drawn(part) for part in parts]
    together = [drawn(part, of_blocks=np.random.default_rng(3)) for part in parts]
    assert np.corrcoef(*together)[0, 1] > 0.8 > 0.3 > np.corrcoef(*alone)[0, 1]


def recognition(rng, records):
    """Minus the distances [R, R] of noisy guesses at records to all records; which is whose."""
    truth = rng.standard_normal((records, 6))
    found = truth + 1.2 * rng.standard_normal((records, 6))
    return -((found[:, None] - truth) ** 2).sum(axis=2), np.eye(records, dtype=bool)


def test_a_draw_without_blocks_takes_models_with_their_own_records():
    """Of a record drawn twice each copy is held against its own truth, and no copy's besides."""
    scores, member = recognition(np.random.default_rng(1), 8)
    rng = np.random.default_rng(2)
    for draw in bootstrap(scores, member, auc, np.random.default_rng(2), 20, np.arange(8), None):
        records = np.repeat(np.arange(8), rng.multinomial(8, [1 / 8] * 8))
        own = [scores[r, r] for r in records]
        others = [scores[r, s] for r in records for s in records if r != s]
        wins = [(a > b) + 0.5 * (a == b) for a in own for b in others]
        assert draw[0] == pytest.approx(np.mean(wins))


def test_intervals_of_recognition_cover_and_are_not_needlessly_wide():
    """Those of models and records that are drawn by themselves are wider by half."""

    def read(curve):
        return np.array([curve.auc(), *curve.tpr_at_fpr([0.01, 0.1])])

    rng, each = np.random.default_rng(3), np.arange(60)
    games = [recognition(rng, 60) for _ in range(300)]
    values = np.array([read(roc(*game)) for game in games])
    truth, needed = values.mean(axis=0), 2 * 1.96 * values.std(axis=0)
    ends = np.array(
        [percentile_interval(bootstrap(*g, read, rng, 100, each, None)) for g in games[:100]]
    )
    covered = ((ends[:, 0] <= truth) & (truth <= ends[:, 1])).mean(axis=0)
    assert (covered >= 0.88).all(), covered
    widths = (ends[:, 1] - ends[:, 0]).mean(axis=0) / needed
    assert (widths < 1.15).all(), widths


def test_the_generator_is_the_only_source_of_chance(decisions):
    scores, member = decisions(np.random.default_rng(1), 8, 30)
    first, again, other = (
        bootstrap(scores, member, auc, np.random.default_rng(seed), 5, pairs(8), np.arange(30))
        for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()


def test_draws_of_one_kind_of_decision_are_no_numbers():
    # A draw that takes one model twice, with one point, has members only or non-members only.
    scores, member = np.array([[1.0], [0.0]]), np.array([[True], [False]])
    each = np.arange(2), np.arange(1)
    draws = bootstrap(scores, member, auc, np.random.default_rng(5), 200, *each)
    assert draws.shape == (200, 1)
    assert 60 < np.isnan(draws).sum() < 140
    np.testing.assert_array_equal(draws[~np.isnan(draws)], 1)
    assert percentile_interval(draws) == (1, 1)


def test_intervals_cover_the_truth_where_points_and_models_differ(decisions):
    rng = np.random.default_rng(6)
    # A member's score less a non-member's is Gaussian: mean 1, variance 1 + 2 (0.09 + 0.49).
    truth = norm.cdf(1 / (1 + 2 * (0.09 + 0.49)) ** 0.5)
    covered = 0
    for _ in range(100):
        game = decisions(rng, 16, 100, of_points=1.0, of_models=0.3, of_decisions=0.7)
        low, high = percentile_interval(bootstrap(*game, auc, rng, 100, pairs(16), np.arange(100)))
        covered += low[0] < truth < high[0]
    assert covered >= 88


def test_percentiles():
    low, high = percentile_interval(np.column_stack([np.arange(1001), -np.arange(1001)]))
    np.testing.assert_allclose(low, [25, -975])
    np.testing.assert_allclose(high, [975, -25])


def test_pairs_are_complementary_models():
    np.testing.assert_array_equal(pairs(5), [0, 0, 1, 1, 2])


def test_units_and_draws_that_do_not_fit_are_refused(decisions):
    scores, member = decisions(np.random.default_rng(1), 8, 30)
    with pytest.raises(ValueError, match=r"units: found shape \(6,\) for scores \(8, 30\)"):
        bootstrap(scores, member, auc, np.random.default_rng(1), 5, pairs(6), np.arange(30))
    with pytest.raises(ValueError, match=r"blocks: found shape \(8,\) .*, allowed one per point"):
        bootstrap(scores, member, auc, np.random.default_rng(1), 5, pairs(8), np.arange(8))
    with pytest.raises(ValueError, match=r"blocks: found shape \(8,\) .*, allowed one per point"):
        bootstrap(scores, member, auc, np.random.default_rng(1), 5, pairs(8), None)
    with pytest.raises(ValueError, match="draws: found 0"):
        bootstrap(scores, member, auc, np.random.default_rng(1), 0, pairs(8), np.arange(30))
