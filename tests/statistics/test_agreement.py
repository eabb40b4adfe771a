import math

import numpy as np
import pytest
from scipy.stats import t

from truthserum.statistics.agreement import (
    FREEDOM,
    Comparison,
    Enclosed,
    difference,
    exponential,
    logarithm,
    verdicts,
)
from truthserum.statistics.intervals import clopper_pearson


def symmetric(value, half):
    return Enclosed(value, value - half, value + half)


def compared(value, half, margin):
    """A measured value held against a published 0 without error."""
    apart = symmetric(value, half)
    return Comparison(apart, apart, margin)


def test_an_estimate_lies_between_its_ends():
    with pytest.raises(ValueError, match=r"found 2 in 0 to 1"):
        Enclosed(2, 0, 1)
    with pytest.raises(ValueError, match="nan"):
        Enclosed(math.nan, 0, 1)


def test_distances_to_the_ends_are_squared_and_added():
    found = difference(Enclosed(5, 4, 8), Enclosed(2, -2, 5))
    assert (found.value, found.low, found.high) == (3, 3 - math.hypot(1, 3), 3 + math.hypot(3, 4))


def test_of_symmetric_intervals_it_is_that_of_the_normal_difference():
    sigma, tau = 0.3, 0.5
    found = difference(symmetric(1, 1.96 * sigma), symmetric(0, 1.96 * tau))
    expected = 1.96 * math.sqrt(sigma**2 + tau**2)
    assert (found.low, found.high) == pytest.approx((1 - expected, 1 + expected))


def test_the_interval_of_a_difference_of_rates_covers():
    """Of 60 and of 25 trials; with exact intervals it errs on the safe side."""
    rng, truth = np.random.default_rng(1), 0.9 - 0.6
    inside = 0
    for one, other in zip(rng.binomial(60, 0.9, 1000), rng.binomial(25, 0.6, 1000), strict=True):
        rates = [
            Enclosed(hits / trials, *map(float, clopper_pearson(hits, trials)))
            for hits, trials in ((one, 60), (other, 25))
        ]
        found = difference(*rates)
        inside += found.low <= truth <= found.high
    assert inside / 1000 >= 0.94


def test_a_rate_that_reaches_zero_leaves_the_ratio_without_end():
    one, other = Enclosed(0.5, 0.4, 0.6), Enclosed(0.01, 0.0, 0.03)
    found = difference(one.on(logarithm), other.on(logarithm)).on(exponential)
    assert found.value == pytest.approx(50)
    assert 50 / 3 * 0.9 < found.low < 50 / 2
    assert found.high == math.inf
    none = Enclosed(0.0, 0.0, 0.02)
    found = difference(one.on(logarithm), none.on(logarithm)).on(exponential)
    assert (found.value, found.low, found.high) == pytest.approx((math.inf, 20, math.inf))
    found = difference(none.on(logarithm), one.on(logarithm)).on(exponential)
    assert (found.value, found.low, found.high) == pytest.approx((0, 0, 0.05))


def test_p_is_that_of_student_beyond_the_margin():
    width = t.ppf(0.975, FREEDOM)
    assert compared(0.3, 0.1 * width, 0.0).p == pytest.approx(2 * t.sf(3, FREEDOM))
    assert compared(-0.3, 0.1 * width, 0.1).p == pytest.approx(2 * t.sf(2, FREEDOM))
    assert compared(0.05, 0.001, 0.1).p == 1
    assert compared(0.2, 0.1, 0.1).p == pytest.approx(0.05)
    assert compared(0.2, 0.0, 0.1).p == 0


def test_a_value_without_limit_is_judged_by_its_other_end():
    far = Enclosed(math.inf, 3.0, math.inf)
    assert Comparison(far, far, 2.0).p == 0.05
    assert Comparison(far, far, 4.0).p == 1
    assert not Comparison(far, far, 4.0).inside


def test_each_end_of_a_range_is_held_by_itself():
    # measured 5 +- 1 against 0 to 10, 4.5 to 10, and 0 to 3
    assert Comparison(symmetric(5, 1), symmetric(-5, 1), 0.0).inside
    assert not Comparison(symmetric(0.5, 1), symmetric(-5, 1), 0.0).inside
    assert Comparison(symmetric(0.5, 1), symmetric(-5, 1), 0.5).inside
    assert Comparison(symmetric(5, 1), symmetric(2, 1), 0.0).p < 0.01
    with pytest.raises(ValueError, match="margin"):
        Comparison(symmetric(5, 1), symmetric(2, 1), -1.0)


def test_the_three_verdicts_and_what_the_number_of_comparisons_changes():
    close, far, vague = compared(0, 0.05, 0.1), compared(0.5, 0.1, 0.1), compared(0.25, 0.14, 0.1)
    assert verdicts([close, far, vague]) == ["agrees", "differs", "undecided"]
    assert verdicts([vague]) == ["differs"]  # p is .036, once


def test_what_lies_at_the_margin_seldom_agrees_or_differs():
    rng = np.random.default_rng(3)
    found = [verdicts([compared(0.1 + rng.normal(0, 0.02), 0.0392, 0.1)])[0] for _ in range(2000)]
    assert found.count("agrees") / 2000 <= 0.035
    assert found.count("differs") / 2000 <= 0.035
