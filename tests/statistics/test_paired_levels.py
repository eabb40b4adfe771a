"""How often p-values of paired differences are small: without a difference, and with one."""

import numpy as np
import pytest
from halves import halves
from scipy.stats import binom

from truthserum.statistics.bootstrap import bootstrap, pairs, percentile_interval
from truthserum.statistics.intervals import clopper_pearson
from truthserum.statistics.paired import Estimate, difference
from truthserum.statistics.roc import roc
from truthserum.statistics.scales import angle, as_it_is

LEVELS = 0.05, 0.005


def assert_levels_are_kept(p):
    """No more are below a level than chance allows once in a thousand tests. p: [runs]."""
    for level in LEVELS:
        assert (p < level).sum() <= binom.ppf(0.999, len(p), level), level


def shares(rng, targets, rates, alike):
    """Estimates of two arms' shares of the same targets, of which so many do as the other's."""
    luck, own = rng.random((2, targets))
    hits = luck < rates[0], np.where(rng.random(targets) < alike, luck, own) < rates[1]
    drawn = rng.multinomial(targets, np.full(targets, 1 / targets), size=100)
    estimates = []
    for hit in hits:
        low, high = clopper_pearson(hit.sum(), targets)
        estimates.append(Estimate(hit.mean(), float(low), float(high), drawn @ hit / targets))
    return estimates


@pytest.mark.parametrize("alike", [0.0, 0.8])
@pytest.mark.parametrize("rate", [0.02, 0.3, 0.95])
@pytest.mark.parametrize("targets", [12, 100])
def test_shares_without_a_difference(targets, rate, alike):
    rng = np.random.default_rng(0)
    p = [difference(*shares(rng, targets, (rate, rate), alike), angle).p for _ in range(600)]
    assert_levels_are_kept(np.array(p))


def arms(rng, leaks, models=8, points=30, level=0.05, of_points=0.0, alike=0.0):
    """Estimates of the TPR and the AUC [arm][measure] of arms with the same secrets and targets.

    leaks: how much each leaks; what the models have of their own is twice the noise of decisions.
    alike: correlation of that between the arms, and of what the points have of their own.
    """

    def read(curve):
        return np.array([curve.tpr_at_fpr(level), curve.auc()])

    member = halves(rng, models, points)
    shared = rng.standard_normal((models, 1)), rng.standard_normal(points)
    found = []
    for leak in leaks:
        model, point = (
            np.sqrt(alike) * both + np.sqrt(1 - alike) * rng.standard_normal(both.shape)
            for both in shared
        )
        scores = leak * (1 + of_points * point) * member + model
        scores += 0.5 * rng.standard_normal(member.shape)
        same, names = np.random.default_rng(5), np.arange(points)
        drawn = bootstrap(scores, member, read, same, 60, pairs(models), names).T
        trials = member.sum()
        found.append([])
        for value, own in zip(read(roc(scores, member)), drawn, strict=True):
            exact = clopper_pearson(np.rint(value * trials), trials)
            low, high = percentile_interval(own)
            ends = min(low, exact[0]), max(high, exact[1])
            found[-1].append(Estimate(float(value), *map(float, ends), own))
    return found


@pytest.mark.parametrize("alike", [0.0, 0.7])
@pytest.mark.parametrize("leak", [0.3, 2.5])
def test_four_pairs_of_models_without_a_difference(leak, alike):
    """Rates near 0 and near 1, where the models' own noise is most of all noise."""
    rng = np.random.default_rng(1)
    games = [arms(rng, (leak, leak), alike=alike) for _ in range(200)]
    for measure in range(2):
        p = [difference(one[measure], other[measure], angle).p for one, other in games]
        assert_levels_are_kept(np.array(p))


def test_a_rate_that_rises_from_next_to_nothing_stands_after_correction():
    """As without shadow models: from next to nothing to some 45 %, among thirty statements."""
    rng, found = np.random.default_rng(2), []
    for _ in range(40):
        (without, _), (poisoned, _) = arms(
            rng, (0.1, 3.0), models=32, points=60, level=0.002, of_points=0.7, alike=0.5
        )
        found.append([difference(poisoned, without, by).p for by in (angle, as_it_is)])
    stands = (np.array(found) < LEVELS[0] / 30).mean(axis=0)
    assert stands[0] >= 0.85
    assert stands[1] < stands[0] - 0.1


def test_the_example_of_the_targeted_game():
    """0.15 % to 42 % [22, 67], by draws as wide as these intervals."""
    rng = np.random.default_rng(3)
    poisoned = Estimate(0.42, 0.22, 0.67, rng.beta(7, 9.5, 1000))
    without = Estimate(0.0015, 0.0, 0.006, rng.binomial(2000, 0.0015, 1000) / 2000)
    assert percentile_interval(poisoned.draws) == pytest.approx((0.22, 0.67), abs=0.03)
    assert difference(poisoned, without, angle).p < LEVELS[0] / 30
    assert difference(poisoned, without).p > LEVELS[0] / 30
