"""Audits of functions whose leak is known exactly: the auditor must say so, at its stated rates.

Each is a user's function, `train(x, y, seed)`; that of record i has x[i] = i.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from truthserum.audit.analysis.answers import Answers
from truthserum.audit.analysis.claims import any_leak
from truthserum.audit.analysis.epsilon import of_one_model, of_pairs
from truthserum.audit.analysis.found import Resampling, find
from truthserum.audit.presence import Presence
from truthserum.statistics.randomisation import coin_test
from truthserum.statistics.signs import named, sign_test, wins

DELTA = 1e-5


@dataclass(frozen=True)
class GaussianMean:
    """The sum of its records, each on an axis of its own, with noise: `mu` apart in deviations."""

    mu: float

    def train(self, x, y, seed):
        noise = np.random.default_rng(seed).normal(size=y.size + 10_000)
        return lambda asked: self.mu * np.isin(asked, x) + noise[asked]

    def tpr(self, fpr):
        """Of the likelihood ratio, which no attack can beat (Neyman and Pearson)."""
        return norm.cdf(norm.ppf(fpr) + self.mu)

    @property
    def epsilon(self):
        """Of one replaced, sqrt(2) mu apart (Balle and Wang, arXiv 1805.06530, theorem 8)."""
        mu = np.sqrt(2) * self.mu

        def excess(epsilon):
            far = norm.cdf(mu / 2 - epsilon / mu)
            return far - np.exp(epsilon) * norm.cdf(-mu / 2 - epsilon / mu) - DELTA

        return brentq(excess, 0, 100)


@dataclass(frozen=True)
class Response:
    """Randomised response on the presence of each record, of `bit` each."""

    bit: float

    def train(self, x, y, seed):
        lies = np.random.default_rng(seed).random(10_000) < 1 / (1 + np.exp(self.bit))
        return lambda asked: (np.isin(asked, x) ^ lies[asked]).astype(float)

    @property
    def auc(self):
        return 1 / (1 + np.exp(-self.bit))

    @property
    def epsilon(self):
        """Of one record replaced: two bits are other."""
        return 2 * self.bit


@dataclass(frozen=True)
class Ignorant:
    """Ignores its data; its models differ, and records are alike in each."""

    def train(self, x, y, seed):
        rng = np.random.default_rng(seed)
        own, records = rng.normal(), rng.normal(size=10_000)
        return lambda asked: 2 * own + records[asked]


def audited(user, seed, pairs=8, records=200):
    """(answers, coins, unit) of an audit of a user's function."""
    x, label = np.arange(records), np.arange(records) % 2
    coins = Presence(x, label, np.ones(records, bool)).coins(seed, range(pairs))
    predicts = [
        user.train(x[inside], label[inside], 1000 * seed + k)
        for k, inside in enumerate(coins.member)
    ]
    signals = np.array([predict(x) for predict in predicts])
    return Answers(signals, coins.member, None), coins, x


def at_most(found, level, trials):
    """A share found in so many trials is no more than the level, but for three deviations."""
    return found <= level + 3 * np.sqrt(level * (1 - level) / trials)


@pytest.mark.parametrize("mu", [0.5, 2.0])
def test_rates_of_the_gaussian_mean_are_covered(mu):
    user, audits = GaussianMean(mu), 60
    optimal = {"tpr_at_fpr_0.01": user.tpr(0.01), "auc": norm.cdf(mu / np.sqrt(2))}
    found = []
    for seed in range(audits):
        answers, _, unit = audited(user, seed)
        found.append(find(answers, Resampling(seed, 60, unit)).measures)
    for name, optimum in optimal.items():
        values = np.array([each[name].value for each in found])
        expected, spread = values.mean(), values.std() / np.sqrt(audits)
        missed = np.mean([not each[name].low <= expected <= each[name].high for each in found])
        assert at_most(missed, 0.05, audits)
        # No attack beats the optimum; ours, which learns everything from the models, is near it.
        assert expected <= optimum + 4 * spread
        assert expected >= 0.8 * optimum


def test_rates_of_randomised_response_are_covered():
    user, audits, missed = Response(1.0), 60, 0
    for seed in range(audits):
        answers, _, unit = audited(user, seed)
        auc = find(answers, Resampling(seed, 60, unit)).measures["auc"]
        missed += not auc.low <= user.auc <= auc.high
    assert at_most(missed / audits, 0.05, audits)


@pytest.mark.parametrize("user", [GaussianMean(0.5), GaussianMean(1.5), Response(0.5), Response(2)])
def test_the_bound_on_epsilon_is_below_the_truth(user):
    audits, above, best = 60, 0, 0.0
    for seed in range(audits):
        answers, coins, unit = audited(user, seed, pairs=6, records=160)
        bound = of_pairs(answers, coins, unit, DELTA)
        above += bound.lower > user.epsilon
        best = max(best, bound.lower)
        assert bound.lower < bound.ceiling
    assert at_most(above / audits, 0.05, audits)
    assert best > 0.2 * user.epsilon


def test_the_bound_by_one_model_is_below_the_truth():
    user, audits, above, proven = Response(1.5), 100, 0, []
    for seed in range(audits):
        member = np.random.default_rng(seed).random(400) < 0.5
        x = np.arange(400)
        scores = user.train(x[member], x[member], 10_000 + seed)(x)
        bound = of_one_model(scores, member, DELTA)
        above += bound.lower > user.bit  # of one record added
        proven.append(bound.lower)
    assert at_most(above / audits, 0.05, audits)
    assert np.median(proven) > 0.5 * user.bit


def test_a_function_that_ignores_its_data_leaks_nothing():
    audits, p, named_any, covered = 200, [], 0, 0
    for seed in range(audits):
        answers, coins, unit = audited(Ignorant(), seed, pairs=12, records=120)
        if seed < 100:
            p.append(any_leak(answers, coins, unit, seed).p)
        won = wins(answers.confidence, answers.member)
        named_any += named(sign_test(won, 12), 0.05).any()
        if seed < 40:
            auc = find(answers, Resampling(seed, 60, unit)).measures["auc"]
            covered += auc.low <= 0.5 <= auc.high
    assert at_most(named_any / audits, 0.05, audits)
    assert covered >= 40 - 6
    for level in (0.05, 0.25, 0.5, 0.75):  # the p-value is uniform
        deviation = np.sqrt(level * (1 - level) / len(p))
        assert np.mean(np.array(p) <= level) == pytest.approx(level, abs=4 * deviation)


def test_what_leaks_is_found_by_the_randomisation_test():
    answers, coins, unit = audited(GaussianMean(0.3), 1)
    assert any_leak(answers, coins, unit, 1).p == 0.001


def test_the_test_needs_the_coins_that_were_thrown():
    # With records of one class only among members, signals of members differ without any leak:
    # what the test asks is whether the coins did it.
    answers, coins, unit = audited(Ignorant(), 3)
    assert coin_test(np.ones(200), np.random.default_rng(0)) == 0.001
    assert any_leak(answers, coins, unit, 3).p > 0.05
