"""What fewer models would have found."""

import pytest

from truthserum.audit.analysis.claims import growth, steps
from truthserum.audit.analysis.found import find


@pytest.mark.parametrize(
    ("models", "expected"),
    [(2, []), (8, []), (12, [8, 12]), (16, [8, 16]), (34, [8, 16, 32, 34]), (64, [8, 16, 32, 64])],
)
def test_the_number_of_models_is_doubled(models, expected):
    assert steps(models) == expected


def test_each_step_is_an_audit_of_the_first_models(make_study):
    study = make_study(pairs=8, records=100, shift=1.5)
    resampling = study.resampling
    rows = growth(find(study.clean, resampling))
    assert [row.models for row in rows] == [8, 16]
    for row in rows:
        alone = find(study.clean.select(range(row.models)), resampling)
        assert [claim.id for claim in row.claims] == list(alone.measures)
        for claim in row.claims:
            one = alone.measures[claim.id]
            assert claim.models == row.models and claim.resolved == one.resolved
            if one.resolved:
                assert (claim.value, claim.low) == (one.value, one.low)
