import math

import pytest

from truthserum.report.units import duration, percentage, size, with_interval


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0.0 seconds"),
        (5.04, "5.0 seconds"),
        (600, "10.0 minutes"),
        (7200, "2.0 hours"),
        (3.6e7, "10,000.0 hours"),
    ],
)
def test_time_is_told_in_the_unit_that_fits(seconds, said):
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("count", "said"), [(1_430_000, "1.43 MB"), (186_564_608, "187 MB"), (2.4e9, "2.4 GB")]
)
def test_bytes_are_told_in_the_unit_that_fits(count, said):
    assert size(count) == said


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (0.00017, "0.017 %"),
        (0.0476, "4.8 %"),
        (0.1935, "19 %"),
        (0.996, "100 %"),
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
