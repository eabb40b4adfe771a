import numpy as np
import pytest

from truthserum.statistics.finite_prior import matched_filter, right, surprise

CANDIDATES = np.array([[0, 1, 2], [2, 0, 1]])


def test_matched_filter_is_the_distance_in_deviations():
    rng = np.random.default_rng(1)
    weights, reference = rng.normal(size=(2, 4)), rng.normal(size=(3, 4))
    spread = np.array([0.5, 2.0, 0.0, 1.0])
    scores = matched_filter(weights, reference, CANDIDATES, spread)
    for r in range(2):
        for c in range(3):
            gaps = weights[r] - reference[CANDIDATES[r, c]]
            expected = -sum((gaps[k] / spread[k]) ** 2 for k in (0, 1, 3))
            assert scores[r, c] == pytest.approx(expected)


def test_without_noise_the_right_candidate_scores_zero():
    reference = np.eye(3)
    scores = matched_filter(reference[:2], reference, CANDIDATES, np.ones(3))
    assert scores.max(axis=1).tolist() == [0, 0]
    assert right(scores, np.array([0, 2])).tolist() == [True, True]
    assert right(scores, np.array([1, 1])).tolist() == [False, False]


def test_success_against_gaussian_noise_is_that_of_theory():
    """Two candidates at distance 2 in noise of deviation 1: the right one wins with Phi(1)."""
    rng = np.random.default_rng(0)
    reference = np.array([[-1.0], [1.0]])
    truth = rng.integers(2, size=20_000)
    weights = reference[truth] + rng.normal(size=(20_000, 1))
    scores = matched_filter(weights, reference, np.tile([0, 1], (20_000, 1)), np.ones(1))
    assert right(scores, truth).mean() == pytest.approx(0.8413, abs=0.01)


def test_surprise_is_in_deviations_of_models_without_the_record():
    rng = np.random.default_rng(2)
    confidence, others = rng.normal(size=(2, 3)), rng.normal(size=(5, 3))
    scores = surprise(confidence, others, CANDIDATES)
    for r in range(2):
        for c, record in enumerate(CANDIDATES[r]):
            own = others[:, record]
            expected = (confidence[r, record] - own.mean()) / own.std()
            assert scores[r, c] == pytest.approx(expected)
    with pytest.raises(ValueError, match="others: found 1, allowed are two models or more"):
        surprise(confidence, others[:1], CANDIDATES)


def test_a_tie_is_a_failure():
    scores = np.array([[1.0, 1.0, 0.0], [2.0, 1.0, 0.0], [2.0, 1.0, 0.0]])
    assert right(scores, np.array([0, 0, 1])).tolist() == [False, True, False]


def test_what_does_not_fit_is_refused():
    weights = np.zeros((2, 4))
    with pytest.raises(ValueError, match="one length"):
        matched_filter(weights, np.zeros((3, 5)), CANDIDATES, np.ones(4))
    with pytest.raises(ValueError, match="spread: found 0 everywhere"):
        matched_filter(weights, np.zeros((3, 4)), CANDIDATES, np.zeros(4))
    with pytest.raises(ValueError, match="undefined"):
        right(np.array([[np.nan, 1.0]]), np.array([0]))
