import math

import pytest

from truthserum.report.numbers import (
    NO_BREAK,
    number,
    of_thousand,
    percent,
    percentage,
    with_interval,
)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (0.00017, "0.017 %"),
        (0.0476, "4.8 %"),
        (0.1935, "19 %"),
        (0.994, "99 %"),
        (0.996, "99.6 %"),
        (0.9996, "100 %"),
        (math.nan, ""),
    ],
)
def test_a_share_has_two_digits_and_its_space_is_not_broken(share, text):
    assert percentage(share) == text.replace(" ", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (0.12345, 0.1, 0.2, "0.123 [0.1, 0.2]"),
        (26.9, 7.19, math.inf, "26.9 [7.19, ∞]"),
        (1234, 999, 2345.6, "1,230 [999, 2,350]"),
        (1, 0.999631, 1, "1 [0.9996, 1]"),
        (0.99949, 0.99996, 1.0004, "0.999 [1, 1]"),
        (math.inf, 117, math.inf, "∞ [117, ∞]"),
        (-0.3, -math.inf, 1, "-0.3 [-∞, 1]"),
    ],
)
def test_an_estimate_stands_before_its_interval(value, low, high, text):
    assert with_interval(value, low, high) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        *((0.118, "118"), (0.0004, "0.4"), (0.0123, "12"), (0.002, "2"), (0, "0"), (1, "1,000")),
        *((0.00001, "0.01"), (3.3e-8, "0.00003"), (None, "–"), (-0.0123, "−12")),
        *((0.00996, "10"), (0.0099, "9.9"), (0.9996, "999.6"), (0.99999, "1,000")),
    ],
)
def test_shares_are_so_many_of_a_thousand(share, text):
    assert of_thousand(share) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        *((0.118, "11.8 %"), (4e-6, "0.0004 %"), (-3.33e-7, "−0.00003 %"), (0, "0 %"), (None, "–")),
        *((0.99949, "99.9 %"), (0.9996, "99.96 %"), (-0.9996, "−99.96 %"), (0.99999, "100 %")),
    ],
)
def test_percentages_are_figures_however_small(share, text):
    assert percent(share).replace(NO_BREAK, " ") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((0.118, "0.118"), (5000, "5,000"), (3.0, "3"), (6.1e-5, "6.1e-05"), (None, "–")),
        *((float("nan"), "–"), (float("inf"), "–"), (-2.5, "−2.5"), (1234.6, "1,235")),
        *((999.4, "999"), (999.6, "1,000"), (0.9996, "0.9996"), (0.99999, "1")),
    ],
)
def test_numbers_have_three_digits_that_count(value, text):
    assert number(value) == text
