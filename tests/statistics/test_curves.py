import numpy as np
import pytest

from truthserum.statistics.bootstrap import pairs
from truthserum.statistics.curves import roc_band, roc_points
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
