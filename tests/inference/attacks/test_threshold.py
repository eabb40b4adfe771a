import numpy as np
from scipy.stats import norm

from truthserum.inference.attacks.threshold import Threshold
from truthserum.statistics.roc import roc


def test_score_is_the_signal_averaged_over_queries(game):
    evidence = game(4, 3, queries=5)
    expected = [[np.mean(queries) for queries in model] for model in evidence.signals]
    np.testing.assert_allclose(Threshold().score(evidence), expected)


def test_auc_of_equal_points_is_that_of_two_gaussians(game):
    evidence = game(100, 500, separation=1.3, spread=0.0)
    assert (
        abs(roc(Threshold().score(evidence), evidence.member).auc() - norm.cdf(1.3 / 2**0.5)) < 0.01
    )
