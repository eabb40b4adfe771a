"""kappa from samples, where the truth is known: it must not be too small, and not far too large."""

import numpy as np
import pytest
from scipy.stats import beta

from truthserum.privacy.empirical import LEVEL, MOST, STEPS, AnyGuess, Guesses, modes


def test_guesses_count_one_record_at_a_time():
    rng = np.random.default_rng(0)
    guesses, records = rng.normal(size=(3, 2)), rng.normal(size=(40, 2))
    prior, errors = Guesses(guesses, records), np.array([[0.3, 0.8], [1.5, 9.0]])
    found = np.exp(prior.log_kappa(errors))
    for error, kappa in zip(errors.flat, found.flat, strict=True):
        most = max(
            sum(np.linalg.norm(guess - record) <= error for record in records) for guess in guesses
        )
        high = 1.0 if most == 40 else beta.ppf(1 - LEVEL / 3, most + 1, 40 - most)
        assert kappa == pytest.approx(high, rel=1e-4)
    assert np.exp(prior.log_kappa(0.8)) == pytest.approx(found[0, 1])


def test_any_guess_is_the_root_of_the_share_of_near_pairs_from_above():
    records = np.random.default_rng(1).normal(size=(30, 2))
    near = [np.linalg.norm(a - b) <= 2 * 0.4 for i, a in enumerate(records) for b in records[:i]]
    share = np.mean(near)
    squared = np.exp(2 * AnyGuess(records).log_kappa(0.4))
    rest = (1 - share) * np.log((1 - share) / (1 - squared))
    assert squared > share
    assert 15 * (share * np.log(share / squared) + rest) == pytest.approx(-np.log(LEVEL))


def test_where_no_pair_or_every_pair_is_near():
    records = np.arange(40.0)[:, None] * 100
    # (1 - p)^20 = LEVEL
    none = np.exp(2 * AnyGuess(records).log_kappa(1.0))
    assert none == pytest.approx(1 - LEVEL ** (1 / 20), rel=1e-6)
    assert AnyGuess(records).log_kappa(1e6) == 0


@pytest.mark.parametrize("count", [40, 200])
def test_kappa_of_a_known_law_is_rarely_too_small(count):
    """Records uniform on a line of length 10: the best guess within 1 is right in a fifth."""
    rng, missed = np.random.default_rng(2), {"guesses": 0, "any": 0}
    middle = np.linspace(1, 9, 9)[:, None]
    for _ in range(120):
        records = rng.uniform(0, 10, (count, 1))
        missed["guesses"] += Guesses(middle, records).log_kappa(1.0) < np.log(0.2)
        missed["any"] += AnyGuess(records).log_kappa(1.0) < np.log(0.2)
    assert missed["guesses"] <= 0.1 * 120 and missed["any"] <= 0.1 * 120


def test_any_guess_approaches_its_bound_and_not_one():
    """On that line two records are within 2 of each other in 36 %: the root is 60 %."""
    records = np.random.default_rng(3).uniform(0, 10, (3000, 1))
    assert 0.6 < np.exp(AnyGuess(records).log_kappa(1.0)) < 0.64


def test_modes_move_to_where_records_are_dense():
    rng = np.random.default_rng(4)
    dense = rng.uniform(-1, 1, (30, 20)) * 0.5
    records = np.concatenate([dense, 50 + rng.normal(size=(5, 20))])
    found = modes(records, 2.2)
    assert found.shape == ((1 + STEPS) * 35, 20)
    np.testing.assert_array_equal(found[:35], records)
    near = (np.linalg.norm(found[:, None] - records, axis=2) <= 1.6).sum(axis=1)
    assert near.max() == 30 > near[:35].max()  # none of the records, but their middle


def test_modes_leave_a_lonely_record_where_it_is():
    records = np.eye(3) * 100
    assert (modes(records, 1.0) == np.tile(records, (1 + STEPS, 1))).all()


def test_modes_of_many_records_are_of_the_first():
    records = np.random.default_rng(5).normal(size=(MOST + 5, 2))
    found = modes(records, 0.1)
    assert len(found) == (1 + STEPS) * MOST
    np.testing.assert_array_equal(found, modes(records[:MOST], 0.1))
