from dataclasses import dataclass

import numpy as np
import pytest

from truthserum.inference.attacks import lower_bound as module
from truthserum.inference.attacks.base import Evidence
from truthserum.inference.attacks.lira import Lira
from truthserum.inference.attacks.lower_bound import chosen_shares, lower_bound, told
from truthserum.inference.attacks.threshold import Threshold
from truthserum.statistics.one_run import epsilon_bound, halves_ratio

POOL, DELTA = 400, 1e-5


def halves(rng, models, points, pool=POOL):
    """Memberships of `points` of a pool of which models 2k and 2k + 1 hold complementary halves."""
    order = rng.random((models // 2, pool)).argsort(axis=1)
    first = order[:, :points] < pool // 2
    return np.stack([first, ~first], axis=1).reshape(models, points)


def audited(attack, signals, member, delta=DELTA, pool=POOL):
    return lower_bound(attack, Evidence.without_population(signals[..., None], member), pool, delta)


def test_coins_are_one_model_of_each_pair_that_is_no_shadow():
    member = halves(np.random.default_rng(0), 14, 50)
    found = audited(Threshold(), np.where(member, 1.0, -1.0), member)
    bound = epsilon_bound(150, 150, 150, DELTA, ratio=halves_ratio(POOL, 50) ** 3)
    assert found.ceiling == bound
    assert 3.5 < bound < 4
    assert (found.coins, found.models, found.shadows) == (150, 3, 8)
    # Half of the decisions are guessed in and half out, a little more than there are of one kind.
    assert found.guesses == 150
    assert 150 - found.correct == abs(int(member[8::2].sum()) - 75)
    assert 0 < found.lower < bound


def test_at_most_half_of_the_pool_are_coins():
    member = halves(np.random.default_rng(0), 8, 40, pool=40)
    found = audited(Threshold(), member.astype(float), member, pool=40)
    assert (found.coins, found.models, found.shadows) == (20, 1, 6)


def test_thousands_of_models_whose_coins_are_half_of_the_pool_have_no_ratio():
    assert module._ratio(POOL, np.empty((100, 200))) == halves_ratio(POOL, 200) ** 100
    assert module._ratio(POOL, np.empty((3000, 200))) == np.inf


def test_three_pairs_are_too_few():
    member = halves(np.random.default_rng(0), 6, 50)
    assert audited(Threshold(), member.astype(float), member) is None


@pytest.mark.parametrize("epsilon", [0.5, 2.0])
def test_the_bound_holds_for_randomised_response_and_comes_near(epsilon):
    rng, bounds = np.random.default_rng(1), []
    for _ in range(120):
        member = halves(rng, 16, 100)
        lie = rng.random(member.shape) >= 1 / (1 + np.exp(-epsilon))
        # What is told is noise besides, of which the sign alone says something.
        signals = np.where(member ^ lie, 1, -1) * rng.uniform(1, 2, member.shape)
        bounds.append(audited(Threshold(), signals, member).lower)
    assert np.mean(np.array(bounds) > epsilon) <= 0.1  # 0.05 and two and a half standard errors
    assert np.median(bounds) > epsilon - 0.45


@pytest.mark.parametrize("correlation", [0.0, -0.6])
def test_without_a_leak_nothing_is_proven(correlation):
    """Also where the two models of a pair answer alike or oppositely."""
    rng, attack, wrong = np.random.default_rng(2), Lira(variance="shrunk"), 0
    for _ in range(100):
        member = halves(rng, 16, 60)
        noise = rng.standard_normal((8, 2, 60))
        noise[:, 1] = correlation * noise[:, 0] + np.sqrt(1 - correlation**2) * noise[:, 1]
        wrong += audited(attack, noise.reshape(16, 60), member).lower > 0
    assert wrong / 100 <= 0.1


@dataclass(frozen=True)
class Witness:
    """An attack that notes which models it sees: the signals are their numbers."""

    seen: list

    def score(self, evidence):
        self.seen.append(evidence.signals[:, 0, 0].astype(int).tolist())
        return evidence.signals[:, :, 0]


def test_an_audited_model_is_attacked_with_the_shadow_models_alone():
    member, witness = halves(np.random.default_rng(3), 16, 60), Witness([])
    audited(witness, np.tile(np.arange(16.0)[:, None], 60), member)
    shadows = list(range(8))
    assert witness.seen == [shadows] + [[*shadows, i, i + 1] for i in (8, 10, 12, 14)]


def test_what_the_partner_answers_does_not_count():
    rng, attack = np.random.default_rng(3), Lira(variance="shrunk")
    member = halves(rng, 16, 60)
    signals = rng.standard_normal((16, 60)) + 2 * member
    changed = signals.copy()
    changed[9::2] = rng.standard_normal((4, 60))
    assert audited(attack, changed, member) == audited(attack, signals, member)
    changed[4] += 3 * rng.standard_normal(60)
    assert audited(attack, changed, member) != audited(attack, signals, member)


def naive_shares(scores, member, models):
    """Every pair of counts, one by one."""
    from truthserum.statistics.one_run import without_delta

    flat = sorted(zip(scores.ravel(), member.ravel(), strict=True), key=lambda one: -one[0])
    best = (-np.inf, None)
    for most in range(len(flat) + 1):
        for least in range(len(flat) + 1 - most):
            right = sum(m for _, m in flat[:most])
            right += sum(not m for _, m in flat[len(flat) - least :])
            scale = models / len(scores)
            proven = float(without_delta(scale * (most + least), scale * right, 0.05))
            best = max(best, (proven, (most, least)), key=lambda one: one[0])
    return best


def test_the_shares_are_those_that_prove_most():
    rng = np.random.default_rng(4)
    member = rng.random((4, 8)) < 0.5  # 32 decisions: every count is tried
    scores = rng.standard_normal((4, 8)) + 2 * member
    proven, counts = naive_shares(scores, member, 2)
    found = tuple(round(32 * share) for share in chosen_shares(scores, member, 2))
    assert found == counts
    assert proven > 0


def test_told_counts_both_ends():
    scores = np.array([[5.0, 4, 3], [2, 1, 0]])
    member = np.array([[True, False, True], [False, True, False]])
    assert told(scores, member, (1 / 3, 1 / 6)) == (3, 2)
    assert told(scores, member, (0.5, 0.5)) == (6, 4)
    assert told(scores, member, (0, 0)) == (0, 0)
