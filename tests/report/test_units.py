import pytest

from truthserum.report.units import duration, size


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
