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


def test_the_generator_is_the_only_source_of_chance(decisions):
    scores, member = decisions(np.random.default_rng(1), 8, 30)
    first, again, other = (
        bootstrap(scores, member, auc, np.random.default_rng(seed), 5, pairs(8), np.arange(30))
        for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()


def test_draws_of_one_kind_of_decision_are_left_out():
    # A draw that takes one model twice, with one point, has members only or non-members only.
    scores, member = np.array([[1.0], [0.0]]), np.array([[True], [False]])
    each = np.arange(2), np.arange(1)
    draws = bootstrap(scores, member, auc, np.random.default_rng(5), 200, *each)
    assert 60 < len(draws) < 140
    np.testing.assert_array_equal(draws, 1)


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
    with pytest.raises(ValueError, match="draws: found 0"):
        bootstrap(scores, member, auc, np.random.default_rng(1), 0, pairs(8), np.arange(30))
