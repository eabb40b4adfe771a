import numpy as np
import pytest
from scipy.stats import norm

from truthserum.statistics import roc as module
from truthserum.statistics.roc import Ranking, roc


@pytest.fixture(params=["distinct", "tied", "infinite"])
def decisions(request):
    rng = np.random.default_rng(7)
    member = rng.random((6, 50)) < 0.4
    scores = rng.standard_normal((6, 50)) + member
    if request.param == "tied":
        scores = np.round(scores)
    if request.param == "infinite":
        scores[scores > 1.5], scores[scores < -1] = np.inf, -np.inf
    return scores, member


def naive_vertices(scores, member):
    """Every threshold, from accepting nothing to accepting everything."""
    thresholds = [np.inf, *np.unique(scores)[::-1]]
    accepted = [scores >= threshold for threshold in thresholds]
    accepted[0] = np.zeros(scores.shape, dtype=bool)
    fpr = [(each & ~member).sum() / (~member).sum() for each in accepted]
    return np.array(fpr), np.array([(each & member).sum() / member.sum() for each in accepted])


def test_vertices_are_the_distinct_thresholds(decisions):
    curve = roc(*decisions)
    fpr, tpr = naive_vertices(*decisions)
    np.testing.assert_allclose(curve.fpr, fpr)
    np.testing.assert_allclose(curve.tpr, tpr)
    assert (curve.negatives, curve.positives) == ((~decisions[1]).sum(), decisions[1].sum())


def test_readings_are_those_of_the_vertices(decisions):
    curve = roc(*decisions)
    fpr, tpr = naive_vertices(*decisions)
    levels = [1 / curve.negatives, 0.01, 0.1, 0.5, 1.0]
    np.testing.assert_allclose(curve.fpr_at_tpr(levels), [fpr[tpr >= each][0] for each in levels])
    assert np.isclose(curve.balanced_accuracy(), np.max(1 - (fpr + 1 - tpr) / 2))


def test_auc_is_the_share_of_ordered_pairs(decisions):
    scores, member = decisions
    inside, outside = scores[member][:, None], scores[~member]
    wins = (inside > outside).mean() + (inside == outside).mean() / 2
    assert np.isclose(roc(scores, member).auc(), wins)


def test_weights_are_repetitions(decisions):
    scores, member = decisions
    times = np.random.default_rng(8).integers(0, 4, scores.size)
    ranking = Ranking.of(scores, member)
    weighted = ranking.weighted_roc(times[ranking.order])
    repeated = roc(np.repeat(scores.ravel(), times), np.repeat(member.ravel(), times))
    assert weighted.auc() == pytest.approx(repeated.auc())
    assert weighted.tpr_at_fpr(0.1) == repeated.tpr_at_fpr(0.1)
    assert weighted.fpr_at_tpr(0.5) == repeated.fpr_at_tpr(0.5)
    assert weighted.balanced_accuracy() == pytest.approx(repeated.balanced_accuracy())


def naive_tpr_at_fpr(scores, member, level):
    """Thresholds at single negatives, the rank above and the rank below the level."""
    negatives = np.sort(scores[~member])[::-1]
    rank = level * (len(negatives) + 1)
    below = int(rank)

    def above(k):
        if k == 0:
            return 0.0
        return (scores[member] > negatives[k - 1]).mean() if k <= len(negatives) else 1.0

    return (below + 1 - rank) * above(below) + (rank - below) * above(below + 1)


@pytest.mark.parametrize("level", [0.001, 0.01, 0.1, 0.5, 0.999, 1.0])
def test_tpr_is_that_of_thresholds_at_single_negatives(decisions, level):
    expected = naive_tpr_at_fpr(*decisions, level)
    assert roc(*decisions).tpr_at_fpr(level) == pytest.approx(expected)
    assert roc(*decisions).tpr_at_fpr([level, 0.5])[0] == pytest.approx(expected)


@pytest.mark.parametrize("negatives", [107, 150, 216, 1000])
def test_without_a_leak_the_tpr_is_the_level(negatives):
    """The last vertex below 1 % has 1.85 % at 107 negatives. 3,000 games: an error of 0.0003."""
    rng, found = np.random.default_rng(3), []
    member = np.arange(2 * negatives) < negatives
    for _ in range(3000):
        found.append(roc(rng.standard_normal(member.size), member).tpr_at_fpr(0.01))
    assert abs(np.mean(found) - 0.01) < 0.001


def test_the_official_reading_is_the_same_where_the_level_is_a_whole_number_of_negatives():
    rng = np.random.default_rng(4)
    member = np.arange(4000) < 2000
    curve = roc(rng.standard_normal(4000) + 2 * member, member)
    official = curve.tpr[curve.fpr < 0.001][-1]
    assert curve.tpr_at_fpr(0.001) == pytest.approx(official, abs=1e-4)


def test_a_level_needs_a_false_positive_to_be_resolved_and_ten_not_to_be_coarse():
    def curve(negatives):
        return roc(np.arange(negatives + 1.0), np.arange(negatives + 1) == 0)

    assert curve(999).resolves(0.001) and not curve(998).resolves(0.001)
    assert curve(9_999).is_coarse(0.001) and not curve(10_000).is_coarse(0.001)


def test_known_gaussians():
    rng = np.random.default_rng(9)
    member = np.arange(200_000) % 2 == 0
    curve = roc(rng.standard_normal(200_000) + 2 * member, member)
    assert abs(curve.auc() - norm.cdf(2**0.5)) < 0.005
    assert abs(curve.tpr_at_fpr(0.01) - norm.sf(norm.isf(0.01) - 2)) < 0.02
    assert abs(curve.fpr_at_tpr(0.5) - norm.sf(2)) < 0.005
    assert abs(curve.balanced_accuracy() - norm.cdf(1)) < 0.005


def test_perfect_separation_and_its_opposite():
    member = np.arange(10) >= 5
    best, worst = roc(np.arange(10), member), roc(-np.arange(10), member)
    assert (best.auc(), best.balanced_accuracy(), best.tpr_at_fpr(0.5)) == (1, 1, 1)
    assert (worst.auc(), worst.balanced_accuracy(), worst.fpr_at_tpr(0.5)) == (0, 0.5, 1)


@pytest.mark.parametrize("kind", [bool, np.int8, np.uint8, np.int64, np.uint64, np.float16])
def test_scores_of_any_kind_of_number_rank_as_their_values(kind):
    """As votes are counted: of unsigned integers, and of the least one, there is no negative."""
    most = 1 if kind is bool else np.finfo(kind).max if kind is np.float16 else np.iinfo(kind).max
    least = 0 if kind is bool else np.finfo(kind).min if kind is np.float16 else np.iinfo(kind).min
    scores = np.array([least, 0, 0, 1, 1, most], kind)
    member = np.array([False, False, True, False, True, True])
    values = [score.item() for score in scores]
    wins = [
        (one > other) + (one == other) / 2
        for one, inside in zip(values, member, strict=True)
        for other, held in zip(values, member, strict=True)
        if inside and not held
    ]
    assert roc(scores, member).auc() == np.mean(wins)


@pytest.mark.parametrize(
    ("scores", "member", "message"),
    [
        ([1.0, 2.0], [True], "member: found bool \\(1,\\)"),
        ([1.0, 2.0], [1, 0], "member: found int64"),
        ([1.0, np.nan], [True, False], "scores: found undefined"),
        ([1.0, 2.0], [True, True], "found 2 members among 2 decisions"),
        ([1.0, 2.0], [False, False], "found 0 members among 2 decisions"),
    ],
)
def test_decisions_without_a_curve_are_refused(scores, member, message):
    with pytest.raises(ValueError, match=message):
        roc(np.array(scores), np.array(member))


def test_the_range_of_a_tpr_is_that_of_ranks_by_hand():
    """Of 2,000 negatives 0 to 5 pass the threshold of 0.1 % in 95 % of samples (binomial)."""
    rng = np.random.default_rng(5)
    member = np.arange(4000) < 2000
    scores = rng.standard_normal(4000) + 2 * member
    negatives = np.sort(scores[~member])[::-1]
    low, high = roc(scores, member).tpr_range([0.001, 0.002])
    passed = [(scores[member] > negative).mean() for negative in negatives[:10]]
    slope = max((passed[k - 1] - passed[0]) / np.log(k) for k in range(2, 11))
    assert low == pytest.approx([passed[0] - slope * np.log(np.log(40) / 2), passed[0]])
    assert high.tolist() == [(scores[member] > negatives[rank]).mean() for rank in (5, 8)]


@pytest.mark.parametrize("digits", [0, 8])
def test_looking_at_runs_of_decisions_changes_nothing(digits, monkeypatch):
    rng = np.random.default_rng(3)
    member = rng.random(50) < 0.4
    curve = roc(np.round(rng.normal(size=50) + member, digits), member)
    whole = curve.auc(), curve.balanced_accuracy()
    monkeypatch.setattr(module, "AT_ONCE", 3)
    assert (curve.auc(), curve.balanced_accuracy()) == whole


@pytest.mark.parametrize("digits", [0, 8])
def test_levels_are_met_as_rates_are_rounded(digits):
    rng = np.random.default_rng(4)
    member = rng.random(60) < 0.45
    curve = roc(np.round(rng.normal(size=60) + member, digits), member)
    for level in (0.0, 0.1, 1 / 3, 0.7, 1.0, *curve.fpr, *curve.tpr):
        highest = max(t for f, t in zip(curve.fpr, curve.tpr, strict=True) if f <= level)
        fewest = min(f for f, t in zip(curve.fpr, curve.tpr, strict=True) if t >= level)
        assert curve.highest_at(level) == highest
        assert curve.fpr_at_tpr(level) == fewest
