import numpy as np
import pytest
from scipy.stats import norm

from truthserum.statistics.bootstrap import pairs
from truthserum.statistics.curves import roc_band, roc_points
from truthserum.statistics.measures import measure
from truthserum.statistics.roc import roc


def highest(curve):
    """TPR at each distinct FPR."""
    return dict(zip(curve.fpr, curve.tpr, strict=True))


@pytest.mark.parametrize(("models", "points"), [(4, 20), (16, 250), (32, 8000)])
def test_rows_are_vertices_and_few(decisions, models, points):
    scores, member = decisions(np.random.default_rng(1), models, points)
    vertices = highest(roc(scores, member))
    rows = roc_points(scores, member)
    assert len(rows) <= 400
    assert (np.diff(rows[:, 0]) > 0).all() and (np.diff(rows[:, 1]) >= 0).all()
    assert rows[0, 0] == 0 and (rows[-1] == 1).all()
    assert all(vertices[fpr] == tpr for fpr, tpr in rows)


def test_every_vertex_of_a_low_rate_is_kept(decisions):
    scores, member = decisions(np.random.default_rng(2), 16, 1000)
    low = [fpr for fpr in highest(roc(scores, member)) if fpr < 1e-2]
    np.testing.assert_array_equal(roc_points(scores, member)[: len(low), 0], low)
    assert len(low) > 50


def test_no_shape_is_lost_on_logarithmic_axes(decisions):
    scores, member = decisions(np.random.default_rng(3), 32, 8000)
    fpr, tpr = np.array(list(highest(roc(scores, member)).items()))[1:].T
    rows = roc_points(scores, member)[1:]
    drawn = np.interp(np.log(fpr), np.log(rows[:, 0]), rows[:, 1])
    np.testing.assert_allclose(drawn, tpr, rtol=0.02)


def test_fewer_rows_on_demand(decisions):
    rows = roc_points(*decisions(np.random.default_rng(4), 16, 1000), rows=40)
    assert 20 < len(rows) <= 40 and (rows[-1] == 1).all()


def test_band_surrounds_the_curve(decisions):
    rng = np.random.default_rng(5)
    scores, member = decisions(rng, 16, 300)
    fpr, tpr = roc_points(scores, member, rows=50).T
    low, high = roc_band(scores, member, fpr, rng, pairs(16), np.arange(300), draws=60)
    middle = (fpr > 0.01) & (fpr < 0.9)
    assert (low <= tpr)[middle].all() and (tpr <= high)[middle].all()
    assert (low[-1], high[-1]) == (1, 1)


def test_band_holds_what_the_table_says_of_a_rate(decisions):
    scores, member = decisions(np.random.default_rng(6), 16, 300)
    levels, blocks = [0.001, 0.01], np.arange(300)
    options = {"units": pairs(16), "blocks": blocks, "draws": 60}
    low, high = roc_band(scores, member, np.array(levels), np.random.default_rng(7), **options)
    rates = measure(scores, member, np.random.default_rng(7), levels=levels, **options)[:2]
    for least, most, rate in zip(low, high, rates, strict=True):
        # the table goes on between two ranks, the curve is a step
        assert least <= rate.low + 0.01 and rate.high <= most + 0.01


@pytest.mark.parametrize("shift", [-50, 50])
def test_band_of_all_or_nothing_has_a_width(shift):
    member = np.arange(40).reshape(2, 20) % 2 == 0
    scores = np.random.default_rng(8).normal(size=(2, 20)) + shift * member
    fpr = roc_points(scores, member)[:, 0]
    low, high = roc_band(scores, member, fpr, np.random.default_rng(9), pairs(2), np.arange(20), 60)
    inside, width = (fpr > 0) & (fpr < 1), 1 - 0.025 ** (1 / 20)  # Clopper-Pearson, 20 decisions
    assert (high - low)[inside].min() == pytest.approx(width)
    assert low[inside].max() == pytest.approx(1 - width if shift > 0 else 0)
    assert high[inside].min() == pytest.approx(1 if shift > 0 else width)
    assert (low[-1], high[-1]) == (1, 1)
    assert np.isnan([low[0], high[0]]).all()  # below one false positive nothing is resolved


def test_band_covers_where_few_false_positives_are():
    """Of 300 models 95 %, at the rate of a false positive or two: by ranks no less than that."""
    fpr, covered, count = np.array([0.01, 0.02]), np.zeros(2), 100
    truth = norm.sf(norm.isf(fpr) - 2)
    rng = np.random.default_rng(10)
    for _ in range(count):
        member = np.tile(np.arange(160) % 2 == 0, (2, 1))
        member[1] = ~member[1]
        scores = rng.normal(size=member.shape) + 2 * member
        low, high = roc_band(scores, member, fpr, rng, pairs(2), np.arange(160), draws=60)
        covered += (low <= truth) & (truth <= high)
    # three deviations of 100 coins below 95; percentiles alone cover in 90 % at the lower rate
    assert (covered >= 95 - 3 * (0.95 * 0.05 * count) ** 0.5).all()
