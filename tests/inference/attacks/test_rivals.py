import numpy as np
import pytest
from scipy.stats import norm

from truthserum.inference.attacks.rivals import Rivals, log_odds
from truthserum.statistics.bootstrap import bootstrap, pairs, percentile_interval

# Five records of 3, 1, 2, 3 and 4 candidates, in disorder.
RECORD = np.array([7, 2, 2, 7, 5, 7, 9, 9, 9, 1, 1, 1, 1])


def naive(evidence, record):
    """Bayes' rule, one candidate at a time."""
    odds = np.empty_like(evidence)
    for model, row in enumerate(evidence):
        for own, value in enumerate(row):
            rivals = [row[v] for v in range(len(row)) if record[v] == record[own] and v != own]
            odds[model, own] = value - np.log(np.sum(np.exp(rivals))) if rivals else value
    return odds


def alone(count, values=1):
    """Of `count` candidates so many adjacent ones are rivals."""
    return Rivals(np.arange(count) // values, np.zeros(count), np.ones(count, bool))


def test_log_odds_are_bayes_rule():
    evidence = np.random.default_rng(0).normal(size=(6, len(RECORD)))
    assert log_odds(evidence, RECORD) == pytest.approx(naive(evidence, RECORD))


def test_odds_of_two_are_mirror_images():
    odds = log_odds(np.random.default_rng(0).normal(size=(5, 2)), np.array([3, 3]))
    assert (odds[:, 0] == -odds[:, 1]).all()


def test_extreme_evidence_neither_overflows_nor_vanishes():
    odds = log_odds(np.array([[2000.0, 1000.0, -3000.0]]), np.zeros(3, int))
    assert odds.tolist() == [[1000.0, -1000.0, -5000.0]]


def test_the_posterior_of_a_known_game():
    """Signals N(1, 1) for the value held, N(0, 1) otherwise, and unequal priors: Bayes by hand."""
    rng = np.random.default_rng(3)
    prior = np.array([0.7, 0.2, 0.1])
    signals = rng.normal(size=(50, 3))
    likelihood = np.array(
        [norm.pdf(signals, loc=np.arange(3) == value).prod(axis=1) for value in range(3)]
    ).T
    posterior = prior * likelihood
    posterior /= posterior.sum(axis=1, keepdims=True)
    ratio = norm.logpdf(signals, 1) - norm.logpdf(signals, 0)
    odds = log_odds(ratio + np.log(prior), np.zeros(3, int))
    assert odds == pytest.approx(np.log(posterior / (1 - posterior)))


def test_posteriors_are_calibrated():
    """Of the decisions with odds near one to one about half are right, whatever the prior."""
    rng = np.random.default_rng(4)
    prior = np.array([0.6, 0.3, 0.1])
    secret = rng.choice(3, size=40_000, p=prior)
    held = secret[:, None] == np.arange(3)
    signals = held + rng.standard_normal(held.shape)
    odds = log_odds(signals - 0.5 + np.log(prior), np.zeros(3, int))
    for low in (-2, -1, 0, 1):
        near = (odds >= low) & (odds < low + 1)
        expected = (1 / (1 + np.exp(-odds[near]))).mean()
        assert abs(held[near].mean() - expected) < 5 * 0.5 / np.sqrt(near.sum())


def test_without_rivals_nothing_changes():
    scores = np.random.default_rng(0).normal(size=(4, 9))
    member = np.random.default_rng(1).random((4, 9)) < 0.5
    decided = alone(9).uniform(scores, member)
    assert (decided.scores == scores).all()
    assert (decided.member == member).all()
    assert (decided.units == pairs(4)).all()
    assert (decided.blocks == np.arange(9)).all()
    assert alone(9).values == 1


def test_of_two_rivals_one_counts():
    zeros = np.zeros(len(RECORD))
    rivals = Rivals(RECORD, zeros, zeros.astype(bool))
    assert rivals.counted.tolist() == [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert rivals.values == 4
    # each decision by the first on its record: 7, 2, 7, 5, 7, 9, 9, 9, 1, 1, 1, 1
    assert rivals.blocks.tolist() == [0, 1, 0, 3, 0, 5, 5, 5, 8, 8, 8, 8]


def six_values(rng, targets=40, models=12):
    """Exact log-likelihood ratios of six values each, leaking more at some targets: `uniform`."""
    start = rng.integers(6, size=(models // 6, targets)).repeat(6, axis=0)
    secret = (start + np.arange(models)[:, None]) % 6
    held = (secret[:, :, None] == np.arange(6)).reshape(models, -1)
    leak = (0.8 + 1.2 * rng.standard_normal(targets)).repeat(6)
    ratio = leak * (leak * held + rng.standard_normal(held.shape)) - leak**2 / 2
    return alone(targets * 6, values=6).uniform(ratio, held)


def test_intervals_cover_where_whole_targets_are_resampled():
    """And not where candidates are, whose odds depend on each other."""
    rng = np.random.default_rng(1)

    def area(curve):
        return np.array([curve.auc()])

    # the mean of 1,500 games, with a standard error of 0.0004
    truth, covered = 0.8246, np.zeros(2)
    for _ in range(80):
        game = six_values(rng)
        for case, blocks in enumerate((game.blocks, np.arange(240))):
            drawn = bootstrap(game.scores, game.member, area, rng, 60, game.units, blocks)
            low, high = percentile_interval(drawn)
            covered[case] += low[0] <= truth <= high[0]
    assert covered[0] >= 72
    assert covered[1] <= 70


@pytest.fixture
def uneven():
    """Seven models, two targets of three values: a value has one model to three."""
    secret = np.array([[0, 1], [1, 1], [2, 1], [0, 0], [0, 2], [1, 1], [2, 0]])
    member = (secret[:, :, None] == np.arange(3)).reshape(7, 6)
    true = np.array([True, False, False, False, True, False])
    return Rivals(np.repeat([0, 1], 3), np.zeros(6), true), member


def test_true_values_are_decided_by_the_models_that_hold_them(uneven):
    rivals, member = uneven
    scores = np.arange(42.0).reshape(7, 6)
    found = rivals.true_value(scores, member)
    # the first target's true value, 0, is in models 0, 3, 4; the second's, 1, in 0, 1, 2 and 5
    models = np.array([[0, 0, 0, 0, 0, 0], [3, 3, 3, 1, 1, 1], [4, 4, 4, 2, 2, 2]])
    odds = log_odds(scores, rivals.record)
    assert (found.scores == odds[models, np.arange(6)]).all()
    assert (found.member == rivals.true).all()
    assert found.member.shape == (3, 6)
    assert found.units.tolist() == [0, 1, 2]


def test_unequal_priors_decide_as_well_as_bayes_can():
    """Targets of two and of five values, secrets drawn from known priors, ratios known exactly.

    Whoever takes the likeliest value is right as often as its posterior says; without the prior
    less often.
    """
    rng, size = np.random.default_rng(7), 3000
    counts = np.tile([2, 5], size)
    record = np.repeat(np.arange(2 * size), counts)
    prior = np.tile([0.9, 0.1, 0.6, 0.2, 0.1, 0.05, 0.05], size)
    secret = np.array([rng.choice(n, p=[0.9, 0.1] if n == 2 else prior[2:7]) for n in counts])
    first = np.cumsum(counts) - counts
    held = np.arange(len(record)) == np.repeat(first + secret, counts)
    ratio = held + rng.standard_normal(len(record)) - 0.5

    def right(evidence):
        odds = log_odds(evidence[None], record)[0]
        best = np.maximum.reduceat(odds, first)
        hit = held & (odds == np.repeat(best, counts))
        return hit.sum() / len(counts), (1 / (1 + np.exp(-best))).mean()

    found, expected = right(ratio + np.log(prior))
    assert found == pytest.approx(expected, abs=4 * 0.5 / np.sqrt(2 * size))
    assert right(ratio)[0] < found - 0.1


def test_true_values_that_do_not_fit(uneven):
    rivals, member = uneven
    twice = Rivals(rivals.record, rivals.prior, np.ones(6, bool))
    with pytest.raises(ValueError, match="a target with none or several, allowed is one each"):
        twice.true_value(np.zeros((7, 6)), member)
    with pytest.raises(ValueError, match="no model with a target's true value"):
        rivals.true_value(np.zeros((2, 6)), member[1:3])
