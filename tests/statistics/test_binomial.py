import numpy as np
from scipy.stats import binom

from truthserum.statistics.binomial import above, quantile

TRIALS, RATES = (1, 7, 300), (0.0, 0.001, 0.1, 0.5, 0.9)


def test_above_is_the_sum_of_the_rest():
    for trials in TRIALS:
        successes = np.arange(-1, trials + 1)
        for rate in RATES:
            rest = [binom.pmf(np.arange(k + 1, trials + 1), trials, rate).sum() for k in successes]
            assert np.allclose(above(successes, trials, rate), rest, rtol=1e-9, atol=1e-300)


def test_a_quantile_is_the_first_that_a_count_finds():
    for trials in TRIALS:
        for rate in RATES:
            up_to = np.cumsum(binom.pmf(np.arange(trials + 1), trials, rate))
            for p in (0.025, 0.5, 0.975):
                assert quantile(p, trials, rate) == np.argmax(up_to >= p)


def test_a_quantile_at_a_step_is_the_step():
    steps = binom.cdf(np.arange(8), 8, 0.5)
    assert (quantile(steps, 8, 0.5) == np.arange(8)).all()


def test_arrays_broadcast():
    assert quantile([[0.025], [0.975]], 100, np.array([0.1, 0.5])).shape == (2, 2)
