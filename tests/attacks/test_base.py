import numpy as np
import pytest

from truthserum.attacks.base import Evidence

SIGNALS, MEMBER = np.zeros((4, 3, 2)), np.zeros((4, 3), dtype=bool)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"signals": SIGNALS[..., 0]}, "signals: found float64 \\(4, 3\\)"),
        ({"signals": SIGNALS.astype(np.float32)}, "signals: found float32"),
        ({"signals": SIGNALS[..., :0]}, "at least one query"),
        ({"signals": np.where(np.arange(2), SIGNALS, np.inf)}, "signals: found 12 infinite"),
        ({"member": MEMBER.astype(int)}, "member: found int64"),
        ({"member": MEMBER[:, :2]}, "member: found bool \\(4, 2\\), allowed bool \\(4, 3\\)"),
        ({"population": SIGNALS[..., :1]}, "population: found \\(models, queries\\) \\(4, 1\\)"),
        ({"population_member": MEMBER[:3]}, "population_member: found bool \\(3, 3\\)"),
    ],
)
def test_evidence_that_does_not_fit_is_refused(changes, message):
    fields = {
        "signals": SIGNALS,
        "member": MEMBER,
        "population": SIGNALS,
        "population_member": MEMBER,
    }
    with pytest.raises(ValueError, match=message):
        Evidence(**fields | changes)


def test_select_takes_the_same_models_everywhere(game):
    evidence = game(6, 4, queries=2, population=3)
    some = evidence.select(np.array([5, 0]))
    np.testing.assert_array_equal(some.signals, evidence.signals[[5, 0]])
    np.testing.assert_array_equal(some.member, evidence.member[[5, 0]])
    np.testing.assert_array_equal(some.population, evidence.population[[5, 0]])
    np.testing.assert_array_equal(some.population_member, evidence.population_member[[5, 0]])


def test_without_population_keeps_models_and_queries():
    evidence = Evidence.without_population(SIGNALS, MEMBER)
    assert evidence.population.shape == (4, 0, 2)
    assert evidence.population_member.shape == (4, 0)
