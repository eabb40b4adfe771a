"""The randomisation test: exact by enumeration, uniform without a leak."""

from itertools import product

import numpy as np
import pytest

from truthserum.statistics import randomisation
from truthserum.statistics.randomisation import coin_test


def test_p_is_that_of_all_signs():
    gains = np.array([3.0, 1.0, 0.5, 2.0, -0.7, 0.1])
    sums = [np.dot(signs, gains) for signs in product((-1, 1), repeat=6)]
    exact = np.mean(np.array(sums) >= gains.sum() - 1e-12)
    draws = 20_000
    found = coin_test(gains, np.random.default_rng(0), draws)
    assert found == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / draws) + 1 / draws)


def test_without_a_leak_p_is_uniform():
    rng = np.random.default_rng(1)
    p = np.array([coin_test(rng.standard_t(2, 50), rng, 99) for _ in range(600)])
    for level in (0.05, 0.2, 0.5):
        assert np.mean(p <= level) == pytest.approx(
            level, abs=4 * np.sqrt(level * (1 - level) / 600)
        )


def test_equal_sums_count():
    assert coin_test(np.zeros(9), np.random.default_rng(0), 99) == 1.0


def test_a_shift_is_found():
    rng = np.random.default_rng(2)
    assert coin_test(rng.normal(size=400) + 0.5, rng, 999) == 0.001


def test_blocks_do_not_change_what_is_drawn(monkeypatch):
    gains = np.random.default_rng(4).normal(size=30)
    whole = coin_test(gains, np.random.default_rng(5), 99)
    monkeypatch.setattr(randomisation, "BLOCK", 100)
    assert coin_test(gains, np.random.default_rng(5), 99) == pytest.approx(whole, abs=0.2)


def test_no_draws_are_refused():
    with pytest.raises(ValueError, match="draws: found 0, allowed at least 1"):
        coin_test(np.ones(3), np.random.default_rng(0), 0)
