import numpy as np
import pytest

from truthserum.inference.attacks import base
from truthserum.inference.attacks.base import Evidence
from truthserum.inference.attacks.rmia import Rmia
from truthserum.statistics.roc import roc

OPTIONS = [
    Rmia(),
    Rmia(gamma=1.0),
    Rmia(gamma=0.7, mode="offline"),
    Rmia(mode="offline", offline_a=1.0),
]


def naive_score(options, evidence):
    """The attack as its definition reads: every point against every population point."""

    def ratio(signals, member, target, point, balanced):
        probability = (1 / (1 + np.exp(-signals[:, point]))).mean(axis=1)
        others = [k for k in range(len(signals)) if k // group != target // group]
        inside = [probability[model] for model in others if member[model, point]]
        outside = [probability[model] for model in others if not member[model, point]]
        if options.mode == "offline":
            a = options.offline_a
            typical = ((1 + a) * np.mean(outside) + (1 - a)) / 2
        elif balanced:
            typical = (np.mean(inside) + np.mean(outside)) / 2
        else:
            typical = np.mean(inside + outside)
        return probability[target] / typical

    group, scores = evidence.group, np.empty(evidence.member.shape)
    for target, point in np.ndindex(*evidence.member.shape):
        own = ratio(evidence.signals, evidence.member, target, point, True)
        bars = [
            ratio(evidence.population, evidence.population_member, target, z, False)
            for z in range(evidence.population.shape[1])
        ]
        scores[target, point] = np.mean([own / bar >= options.gamma for bar in bars])
    return scores


@pytest.mark.parametrize("options", OPTIONS)
def test_sorting_equals_the_comparison_with_the_whole_population(options, game, grouping):
    evidence = game(12, 6, queries=2, population=15, grouping=grouping)
    np.testing.assert_allclose(options.score(evidence), naive_score(options, evidence))


@pytest.mark.parametrize("options", OPTIONS)
def test_blocks_of_points_do_not_matter(options, game, monkeypatch):
    evidence = game(8, 23, queries=2, population=17)
    whole = options.score(evidence)
    monkeypatch.setattr(base, "BLOCK_VALUES", 5 * 8)
    np.testing.assert_array_equal(options.score(evidence), whole)


def test_a_tie_with_the_bar_counts(game):
    evidence = game(8, 5)
    same = Evidence(evidence.signals, evidence.member, evidence.signals, evidence.member)
    scores = Rmia(gamma=1.0, mode="offline").score(same)
    # Each point meets itself in the population, so the lowest of 5 still passes one bar of 5.
    np.testing.assert_allclose(np.sort(scores, axis=1), np.tile(np.arange(1, 6) / 5, (8, 1)))


def test_tiny_probabilities_keep_their_digits():
    # Models 0 and 1 are not trained on the points, and all but certain of them; their probability
    # is 3e19 times what the others give the point, 4e19 times what they give the population point.
    probability = np.array([[0.3, 0.4], [0.3, 0.4], [1e-20, 1e-20], [1e-20, 1e-20]])
    signals, member = np.log(probability / (1 - probability))[:, :, None], np.zeros((4, 2), bool)
    evidence = Evidence(signals[:, :1], member[:, :1], signals[:, 1:], member[:, 1:])
    for gamma, expected in ((0.8, 0), (0.7, 1)):
        scores = Rmia(gamma, mode="offline", offline_a=1.0).score(evidence)
        assert (scores[:2] == expected).all()


def test_leak_is_found_and_no_leak_is_not(game):
    for mode in ("online", "offline"):
        leak = game(16, 200, separation=2.0, population=200)
        none = game(16, 2000, separation=0.0, population=200)
        assert roc(Rmia(mode=mode).score(leak), leak.member).auc() > 0.7
        assert abs(roc(Rmia(mode=mode).score(none), none.member).auc() - 0.5) < 0.02


def test_evidence_that_does_not_suffice_is_refused(game):
    with pytest.raises(ValueError, match="population: found no points"):
        Rmia().score(game(8, 5))
    with pytest.raises(ValueError, match=r"IN models .*found 0"):
        Rmia().score(game(2, 5, population=5))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mode": "one_sided"}, 'mode: found "one_sided", allowed are online, offline'),
        ({"gamma": 0.0}, "gamma: found 0.0"),
        ({"offline_a": 1.5}, "offline_a: found 1.5"),
    ],
)
def test_options_outside_of_the_allowed_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Rmia(**options)
